"""Rules of tags: each person has their own, and no two of the same name."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

from django.db import transaction
from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from emotionweb.journal.models import CheckIn, Tag
from emotionweb.journal.models.checkins import TAG_LENGTH, tag_key
from emotionweb.journal.services import lock_person

Kind: TypeAlias = Tag.Kind
Icon: TypeAlias = Tag.Icon
Colour: TypeAlias = Tag.Colour
#: Enough for any life, and few enough for a page.
MOST_TAGS = 300


class TagError(ValueError):
    """A tag cannot be stored; says why in a sentence for the person."""


class Starter(NamedTuple):
    """A tag that is offered to somebody who has none."""

    name: Promise
    kind: Kind
    icon: Icon
    colour: Colour


STARTERS = (
    Starter(pgettext_lazy("tag", "Work"), Kind.ACTIVITY, Icon.WORK, Colour.SKY),
    Starter(pgettext_lazy("tag", "Learning"), Kind.ACTIVITY, Icon.BOOK, Colour.IRIS),
    Starter(pgettext_lazy("tag", "Sport"), Kind.ACTIVITY, Icon.SPORT, Colour.CLAY),
    Starter(pgettext_lazy("tag", "Walk"), Kind.ACTIVITY, Icon.WALK, Colour.MOSS),
    Starter(pgettext_lazy("tag", "Good food"), Kind.ACTIVITY, Icon.FOOD, Colour.SAND),
    Starter(pgettext_lazy("tag", "Music"), Kind.ACTIVITY, Icon.MUSIC, Colour.PLUM),
    Starter(pgettext_lazy("tag", "Screen time"), Kind.ACTIVITY, Icon.SCREEN, Colour.STONE),
    Starter(pgettext_lazy("tag", "Chores"), Kind.ACTIVITY, Icon.CHORES, Colour.SEA),
    Starter(pgettext_lazy("tag", "Family"), Kind.PEOPLE, Icon.HEART, Colour.CLAY),
    Starter(pgettext_lazy("tag", "Friends"), Kind.PEOPLE, Icon.PEOPLE, Colour.SAND),
    Starter(pgettext_lazy("tag", "Colleagues"), Kind.PEOPLE, Icon.PEOPLE, Colour.SKY),
    Starter(pgettext_lazy("tag", "Alone"), Kind.PEOPLE, Icon.PERSON, Colour.STONE),
    Starter(pgettext_lazy("tag", "At home"), Kind.PLACE, Icon.HOME, Colour.SEA),
    Starter(pgettext_lazy("tag", "In town"), Kind.PLACE, Icon.CITY, Colour.IRIS),
    Starter(pgettext_lazy("tag", "Outdoors"), Kind.PLACE, Icon.SUN, Colour.MOSS),
    Starter(pgettext_lazy("tag", "Travelling"), Kind.PLACE, Icon.TRAVEL, Colour.PLUM),
    Starter(pgettext_lazy("tag", "Slept well"), Kind.OTHER, Icon.SLEEP, Colour.IRIS),
    Starter(pgettext_lazy("tag", "Unwell"), Kind.OTHER, Icon.HEALTH, Colour.CLAY),
)


# === Reading ===


def tags(user_id: int) -> QuerySet[Tag]:
    """All tags of a person in their own order."""
    return Tag.objects.filter(user_id=user_id)


def offered(user_id: int, chosen: QuerySet[Tag] | None = None) -> QuerySet[Tag]:
    """The tags to choose from: not the archived ones, unless they are already chosen."""
    wanted = Q(archived=False)
    if chosen is not None:
        wanted |= Q(pk__in=chosen.values("pk"))
    return tags(user_id).filter(wanted)


def counted(user_id: int) -> QuerySet[Tag]:
    """All tags with ``uses``: on how many check-ins each of them is.

    The few deleted ones are taken off the sum: to look at each of ten years' check-ins whether it
    is one of them took a third of a second.
    """
    deleted = CheckIn.objects.filter(user_id=user_id, deleted_at__isnull=False)
    links = CheckIn.tags.through.objects.filter(tag=OuterRef("pk"))
    hidden = links.filter(checkin__in=deleted.values("pk"))
    return tags(user_id).annotate(uses=_count(links) - _count(hidden))


def _count(links: QuerySet[Any]) -> Coalesce:
    counted = links.order_by().values("tag").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), 0)


# === Writing ===


@transaction.atomic
def add(
    user_id: int,
    name: str,
    kind: str = Kind.ACTIVITY,
    icon: str = Icon.TAG,
    colour: str = Colour.STONE,
) -> Tag:
    """Make a tag; one of that name that is there already is brought out of the archive.

    Raises:
        TagError: Where the name is empty or there are too many tags.
    """
    lock_person(user_id)
    name = _cleaned(name)
    existing = tags(user_id).filter(key=tag_key(name)).first()
    if existing is not None:
        if existing.archived:
            existing.archived = False
            existing.save()
        return existing
    if tags(user_id).count() >= MOST_TAGS:
        raise TagError(
            _("There are %(number)d tags already. Delete some first.") % {"number": MOST_TAGS}
        )
    last = tags(user_id).aggregate(last=Max("order"))["last"]
    return Tag.objects.create(
        user_id=user_id,
        name=name,
        kind=kind,
        icon=icon,
        colour=colour,
        order=0 if last is None else last + 1,
    )


@transaction.atomic
def add_starters(user_id: int) -> None:
    """Give a person who has no tags the starter set, in the active language."""
    lock_person(user_id)
    if tags(user_id).exists():
        return
    for name, kind, icon, colour in STARTERS:
        add(user_id, str(name), kind, icon, colour)


@transaction.atomic
def change(tag: Tag, name: str, kind: str, icon: str, colour: str) -> None:
    """Rename a tag or give it another look; its check-ins keep it.

    Raises:
        TagError: Where the name is empty or another tag of the person has it.
    """
    lock_person(tag.user_id)
    name = _cleaned(name)
    if tags(tag.user_id).filter(key=tag_key(name)).exclude(pk=tag.pk).exists():
        raise TagError(_("You have another tag of this name."))
    tag.name, tag.kind, tag.icon, tag.colour = name, kind, icon, colour
    tag.save()


@transaction.atomic
def archive(tag: Tag, archived: bool) -> None:
    """Offer a tag no longer, or again; its check-ins keep it."""
    lock_person(tag.user_id)
    Tag.objects.filter(pk=tag.pk).update(archived=archived)


@transaction.atomic
def delete(tag: Tag) -> None:
    """Remove a tag and take it off its check-ins, which stay."""
    lock_person(tag.user_id)
    Tag.objects.filter(pk=tag.pk).delete()


@transaction.atomic
def move(tag: Tag, step: int) -> None:
    """Let a tag change places with its neighbour of the same kind: -1 up, +1 down."""
    lock_person(tag.user_id)
    row = list(tags(tag.user_id).filter(kind=tag.kind, archived=tag.archived))
    place = row.index(tag) + step
    if not 0 <= place < len(row):
        return
    other = row[place]
    orders = row[row.index(tag)].order, other.order
    Tag.objects.filter(pk=other.pk).update(order=orders[0])
    Tag.objects.filter(pk=tag.pk).update(order=orders[1])


def _cleaned(name: str) -> str:
    cleaned = " ".join(name.replace("\x00", "").split())
    if not cleaned:
        raise TagError(_("A tag needs a name."))
    if len(cleaned) > TAG_LENGTH:
        raise TagError(
            _("The name of a tag has at most %(number)d signs.") % {"number": TAG_LENGTH}
        )
    return cleaned
