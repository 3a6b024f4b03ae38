import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils import translation

from emotionweb.journal import checkins, tags
from emotionweb.journal.checkins import CheckInDraft
from emotionweb.journal.models import CheckIn, Tag
from emotionweb.journal.tags import STARTERS, TagError
from emotionweb.templatetags.felt import tag_icon
from tests.base import BaseTestCase

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)


@pytest.mark.services
class TagsTestCase(BaseTestCase):
    def names(self) -> list[str]:
        return [tag.name for tag in tags.tags(self.alice.pk)]

    def test_a_name_is_there_once_whatever_its_case_and_width(self) -> None:
        first = tags.add(self.alice.pk, "  Sport \n im  Freien ")
        self.assertEqual(first.name, "Sport im Freien")
        for same in ("SPORT IM FREIEN", "sport im freien", "ＳＰＯＲＴ im Freien"):
            self.assertEqual(tags.add(self.alice.pk, same), first)
        self.assertEqual(tags.add(self.alice.pk, "ÄRGER"), tags.add(self.alice.pk, "ärger"))
        tags.add(self.bob.pk, "Sport im Freien")
        self.assertEqual(len(self.names()), 2)
        with self.assertRaises(IntegrityError), transaction.atomic():
            Tag.objects.create(user=self.alice, name="sport im freien")

    def test_a_name_that_grows_when_it_is_compared_still_fits(self) -> None:
        tags.add(self.alice.pk, "ﷺ" * 40)

    def test_a_name_is_needed_and_has_an_end(self) -> None:
        for name in ("", " \t\n", "\x00", "x" * 41):
            with self.assertRaises(TagError):
                tags.add(self.alice.pk, name)

    def test_an_archived_one_of_that_name_comes_back_as_it_was(self) -> None:
        tag = tags.add(self.alice.pk, "Chess", icon=Tag.Icon.STAR)
        tags.archive(tag, True)
        self.assertFalse(tags.offered(self.alice.pk).exists())
        again = tags.add(self.alice.pk, "chess")
        self.assertEqual((again.pk, again.icon, again.archived), (tag.pk, "star", False))

    def test_an_archived_one_is_still_offered_where_it_was_chosen(self) -> None:
        tag = tags.add(self.alice.pk, "Chess")
        row, _ = checkins.check_in(self.alice, CheckInDraft(4, tags=[tag.pk]), NOON)
        tags.archive(tag, True)
        self.assertEqual(list(tags.offered(self.alice.pk, row.tags.all())), [tag])

    def test_renaming_follows_everywhere_and_collides_with_nothing(self) -> None:
        chess, walk = tags.add(self.alice.pk, "Chess"), tags.add(self.alice.pk, "Walk")
        with self.assertRaisesMessage(TagError, "another tag"):
            tags.change(walk, "CHESS", walk.kind, walk.icon, walk.colour)
        tags.change(chess, "CHESS", Tag.Kind.OTHER, Tag.Icon.STAR, Tag.Colour.SEA)
        self.assertEqual(self.names(), ["CHESS", "Walk"])

    def test_deleting_takes_it_off_the_check_ins_which_stay(self) -> None:
        tag = tags.add(self.alice.pk, "Chess")
        row, _ = checkins.check_in(self.alice, CheckInDraft(4, tags=[tag.pk]), NOON)
        tags.delete(tag)
        self.assertEqual(list(CheckIn.objects.get(pk=row.pk).tags.all()), [])

    def test_uses_count_what_is_not_deleted(self) -> None:
        tag = tags.add(self.alice.pk, "Chess")
        rows = [
            checkins.check_in(self.alice, CheckInDraft(4, tags=[tag.pk]), NOON)[0] for _ in range(3)
        ]
        checkins.delete(self.alice.pk, rows[0].pk, NOON)
        self.assertEqual([tag.uses for tag in tags.counted(self.alice.pk)], [2])

    def test_they_change_places_among_their_like(self) -> None:
        a, b, c = (tags.add(self.alice.pk, name) for name in "ABC")
        tags.add(self.alice.pk, "Somebody", Tag.Kind.PEOPLE)
        tags.move(c, -1)
        tags.move(a, -1)
        self.assertEqual(self.names()[:3], ["A", "C", "B"])
        tags.move(Tag.objects.get(pk=b.pk), 1)
        self.assertEqual(self.names(), ["A", "C", "B", "Somebody"])

    def test_the_starter_set_is_given_once_in_the_persons_language(self) -> None:
        with translation.override("zh-hans"):
            tags.add_starters(self.alice.pk)
            tags.add_starters(self.alice.pk)
        self.assertEqual(len(self.names()), len(STARTERS))
        tags.add(self.bob.pk, "Mine")
        tags.add_starters(self.bob.pk)
        self.assertEqual(tags.tags(self.bob.pk).count(), 1)


def test_each_icon_is_drawn_and_each_colour_has_its_token() -> None:
    drawings = {render_to_string("journal/_tag_icon.html", tag_icon(name)) for name in Tag.Icon}
    assert len(drawings) == len(Tag.Icon)
    assert all("<path" in drawing for drawing in drawings)
    assert tag_icon("of another time") == tag_icon("tag")
    css = Path(settings.BASE_DIR) / "static" / "css"
    tokens, diary = (css / "tokens.css").read_text(), (css / "diary.css").read_text()
    for colour in Tag.Colour.values:
        assert re.search(rf"--tag-{colour}: light-dark\(", tokens)
        assert f'[data-colour="{colour}"]' in diary


def test_no_two_starters_are_one() -> None:
    assert len({str(starter.name).casefold() for starter in STARTERS}) == len(STARTERS)
