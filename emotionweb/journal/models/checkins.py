"""What a person says: how it felt, with whom, where, and in their own words."""

from __future__ import annotations

import unicodedata
import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from emotionweb.journal.search_text import search_text

LOWEST, HIGHEST = 1, 5
NOTE_LENGTH = 10_000
TAG_LENGTH = 40


class Tag(models.Model):
    """A word of the person's own for what they did, who was there, or where it was."""

    class Kind(models.TextChoices):
        ACTIVITY = "activity", _("Activities")
        PEOPLE = "people", _("People")
        PLACE = "place", _("Places")
        OTHER = "other", _("Other")

    class Icon(models.TextChoices):
        """Drawn in ``templates/journal/_tag_icon.html``; a test holds the two together."""

        TAG = "tag", pgettext_lazy("icon", "label")
        WORK = "work", pgettext_lazy("icon", "briefcase")
        BOOK = "book", pgettext_lazy("icon", "book")
        SPORT = "sport", pgettext_lazy("icon", "dumbbell")
        WALK = "walk", pgettext_lazy("icon", "tree")
        FOOD = "food", pgettext_lazy("icon", "bowl")
        CUP = "cup", pgettext_lazy("icon", "cup")
        SLEEP = "sleep", pgettext_lazy("icon", "moon")
        MUSIC = "music", pgettext_lazy("icon", "note of music")
        SCREEN = "screen", pgettext_lazy("icon", "screen")
        CHORES = "chores", pgettext_lazy("icon", "broom")
        SHOPPING = "shopping", pgettext_lazy("icon", "bag")
        TRAVEL = "travel", pgettext_lazy("icon", "suitcase")
        HEALTH = "health", pgettext_lazy("icon", "cross")
        PERSON = "person", pgettext_lazy("icon", "one person")
        PEOPLE = "people", pgettext_lazy("icon", "two people")
        HEART = "heart", pgettext_lazy("icon", "heart")
        ANIMAL = "animal", pgettext_lazy("icon", "paw")
        HOME = "home", pgettext_lazy("icon", "house")
        CITY = "city", pgettext_lazy("icon", "tower")
        SUN = "sun", pgettext_lazy("icon", "sun")
        STAR = "star", pgettext_lazy("icon", "star")

    class Colour(models.TextChoices):
        """The tokens ``--tag-…`` of ``static/css/tokens.css``."""

        STONE = "stone", pgettext_lazy("colour", "stone")
        CLAY = "clay", pgettext_lazy("colour", "clay")
        SAND = "sand", pgettext_lazy("colour", "sand")
        MOSS = "moss", pgettext_lazy("colour", "moss")
        SEA = "sea", pgettext_lazy("colour", "sea")
        SKY = "sky", pgettext_lazy("colour", "sky")
        IRIS = "iris", pgettext_lazy("colour", "iris")
        PLUM = "plum", pgettext_lazy("colour", "plum")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="tags"
    )
    name = models.CharField(_("name"), max_length=TAG_LENGTH)
    #: The name as it is compared: "Sport", "sport" and "ＳＰＯＲＴ" are one. NFKC can make eighteen
    #: signs of a single one.
    key = models.CharField(max_length=18 * TAG_LENGTH, editable=False)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.ACTIVITY)
    icon = models.CharField(_("icon"), max_length=16, choices=Icon.choices, default=Icon.TAG)
    colour = models.CharField(
        _("colour"), max_length=16, choices=Colour.choices, default=Colour.STONE
    )
    archived = models.BooleanField(default=False)
    order = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering: ClassVar = ["order", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "key"], name="tag_name_once")
        ]

    def __str__(self) -> str:
        return f"{self.pk}"  # seen by administrators: the name is the person's own business

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.key = tag_key(self.name)
        super().save(*args, **kwargs)


def tag_key(name: str) -> str:
    """A name as it is compared, the same in every database: no case, no width, no extra spaces."""
    return unicodedata.normalize("NFKC", " ".join(name.split())).casefold()


class NoteSearchField(models.TextField[str, str]):
    """The note as the search compares it, written whenever the row is, also in bulk.

    Only ``QuerySet.update(note=…)`` would pass it by.
    """

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        setattr(model_instance, self.attname, search_text(getattr(model_instance, "note", "")))
        return super().pre_save(model_instance, add)


class CheckIn(models.Model):
    """How it felt at one moment, in the person's own words and on their own scale.

    The id may come from the device, so that what was sent twice is stored once. Zone, start of
    the day and the day that follows from them are those of the moment it was made; ``at`` itself
    is never shifted. ``deleted_at`` hides it until it is undone or purged.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="check_ins"
    )
    at = models.DateTimeField()
    timezone = models.CharField(max_length=64)
    day_start_hour = models.PositiveSmallIntegerField()
    local_day = models.DateField()
    mood = models.PositiveSmallIntegerField()
    energy = models.PositiveSmallIntegerField(null=True, blank=True)
    pleasantness = models.PositiveSmallIntegerField(null=True, blank=True)
    note = models.TextField(blank=True, max_length=NOTE_LENGTH)
    note_search = NoteSearchField(blank=True, default="", editable=False)
    tags = models.ManyToManyField(Tag, blank=True, related_name="check_ins")
    #: Relative to the media folder; "" without one. See ``emotionweb/journal/photos.py``.
    photo = models.CharField(max_length=200, blank=True, default="", editable=False)
    #: Of the live session at whose end it was made. Only its id: the session may be deleted.
    session = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("check-in")
        verbose_name_plural = _("check-ins")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(mood__range=(LOWEST, HIGHEST)), name="check_in_mood"
            ),
            models.CheckConstraint(
                condition=Q(energy=None) | Q(energy__range=(LOWEST, HIGHEST)),
                name="check_in_energy",
            ),
            models.CheckConstraint(
                condition=Q(pleasantness=None) | Q(pleasantness__range=(LOWEST, HIGHEST)),
                name="check_in_pleasantness",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["user", "local_day"],
                condition=Q(deleted_at=None),
                name="check_in_day",
            ),
            models.Index(
                fields=["deleted_at"],
                condition=Q(deleted_at__isnull=False),
                name="check_in_deleted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.local_day}"
