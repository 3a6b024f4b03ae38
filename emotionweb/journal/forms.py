"""Forms of check-ins and tags."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from emotionweb.accounts.models import User
from emotionweb.accounts.timezones import zone
from emotionweb.journal import moods, photos, tags, walltimes
from emotionweb.journal.checkins import CheckInDraft
from emotionweb.journal.models import CheckIn, Tag
from emotionweb.journal.models.checkins import HIGHEST, LOWEST, NOTE_LENGTH, TAG_LENGTH

NUMBERS = [(number, str(number)) for number in range(LOWEST, HIGHEST + 1)]
UNSAID = ("", pgettext_lazy("scale", "not said"))


class QuickForm(forms.Form):
    """The five marks: what a tap sends, now or, from a device that was offline, later."""

    id = forms.UUIDField(required=False)
    mood = forms.IntegerField(min_value=LOWEST, max_value=HIGHEST)
    at = forms.CharField(required=False, max_length=40)
    session = forms.UUIDField(required=False)
    note = forms.CharField(required=False, max_length=NOTE_LENGTH)

    def clean_at(self) -> datetime | None:
        """A time in ISO 8601 with its distance from UTC."""
        text: str = self.cleaned_data["at"]
        if not text:
            return None
        try:
            at = datetime.fromisoformat(text)
            if at.tzinfo is not None:
                return at.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
        raise forms.ValidationError(_("This is not a time."))

    def draft(self) -> CheckInDraft:
        data = self.cleaned_data
        return CheckInDraft(
            mood=data["mood"], at=data["at"], note=data["note"], session=data["session"]
        )


class CheckInForm(forms.Form):
    """All that a check-in can hold; date and time are those of the person's own clock.

    Args:
        user: Whose it is.
        now: Of the server's clock.
        check_in: The one to change; without it the form is for a new one.
    """

    id = forms.UUIDField(required=False, widget=forms.HiddenInput(attrs={"autocomplete": "off"}))
    mood = forms.TypedChoiceField(
        label=_("How do you feel?"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the five marks.")},
    )
    energy = forms.TypedChoiceField(
        label=_("Energy"),
        required=False,
        choices=[UNSAID, *NUMBERS],
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect,
    )
    pleasantness = forms.TypedChoiceField(
        label=_("Pleasantness"),
        required=False,
        choices=[UNSAID, *NUMBERS],
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect,
    )
    tags = forms.ModelMultipleChoiceField(
        Tag.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    new_tag = forms.CharField(label=_("Another tag"), required=False, max_length=TAG_LENGTH)
    new_tag_kind = forms.ChoiceField(label=_("Kind"), required=False, choices=Tag.Kind.choices)
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=NOTE_LENGTH,
        help_text=_("Markdown: **bold**, *slanted*, lists with a dash. Only you can read it."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    photo = forms.FileField(
        label=_("Photo"),
        required=False,
        help_text=_("It is made smaller, and the place and time that stand in it are left out."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    remove_photo = forms.BooleanField(label=_("Remove the photo"), required=False)
    date = forms.DateField(
        label=_("Date"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    time = forms.TimeField(
        label=_("Time"), widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    )
    fold = forms.TypedChoiceField(
        label=_("This time came twice that night. Which one?"),
        required=False,
        choices=[
            ("", "–"),
            (0, _("The first, before the clocks went back")),
            (1, _("The second, after the clocks went back")),
        ],
        coerce=int,
        empty_value=None,
    )

    def __init__(
        self, user: User, now: datetime, *args: Any, check_in: CheckIn | None = None, **kwargs: Any
    ) -> None:
        self.user, self.check_in = user, check_in
        self.timezone = check_in.timezone if check_in else user.timezone
        at = check_in.at if check_in else now
        wall = at.astimezone(zone(self.timezone))
        self.asks_which = walltimes.is_twice(at, self.timezone)
        kwargs["initial"] = {
            "id": uuid.uuid4(),
            "date": wall.date(),
            "time": wall.time(),
            "fold": wall.fold if self.asks_which else "",
            **_said_before(check_in),
            **kwargs.get("initial", {}),
        }
        super().__init__(*args, **kwargs)
        self.fields["mood"].choices = list(moods.TITLES.items())  # type: ignore[attr-defined]
        chosen = check_in.tags.all() if check_in else None
        self.fields["tags"].queryset = tags.offered(user.pk, chosen)  # type: ignore[attr-defined]

    @property
    def tag_groups(self) -> list[tuple[str, list[tuple[Tag, bool]]]]:
        """The tags to choose from by kind, each with whether it is chosen."""
        chosen = {str(value) for value in self["tags"].value() or ()}
        offered = list(self.fields["tags"].queryset)  # type: ignore[attr-defined]
        groups = [
            (str(kind.label), [(tag, str(tag.pk) in chosen) for tag in offered if tag.kind == kind])
            for kind in Tag.Kind
        ]
        return [(title, row) for title, row in groups if row]

    def clean_photo(self) -> bytes | None:
        """The photo as it will be kept."""
        sent = self.cleaned_data["photo"]
        try:
            return photos.small_jpeg(sent, sent.size) if sent else None
        except photos.PhotoError as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if "date" in data and "time" in data:
            data["at"] = self._instant(datetime.combine(data["date"], data["time"]))
        return data

    def _instant(self, wall: datetime) -> datetime | None:
        """The instant that is meant; where only what was shown came back, the exact one."""
        fold = self.cleaned_data.get("fold")
        try:
            at = walltimes.instant(wall, self.timezone, fold)
        except walltimes.NoSuchTimeError:
            self.add_error("time", _("The clocks went forward that night and left this time out."))
        except walltimes.TwiceError:
            self.asks_which = True
            self.add_error("fold", _("Say which of the two is meant."))
        except OverflowError:
            self.add_error("date", _("This date cannot be used."))
        else:
            before = self.check_in.at if self.check_in else None
            same = before is not None and before.replace(second=0, microsecond=0) == at
            return before if same else at
        return None

    def draft(self, extra_tags: tuple[int, ...] = ()) -> CheckInDraft:
        data = self.cleaned_data
        return CheckInDraft(
            mood=data["mood"],
            at=data["at"],
            energy=data["energy"],
            pleasantness=data["pleasantness"],
            note=data["note"],
            tags=(*(tag.pk for tag in data["tags"]), *extra_tags),
        )


def typed_so_far(data: QueryDict) -> dict[str, Any]:
    """What stands in a form that was sent for something else than saving it."""
    names = [name for name in CheckInForm.base_fields if name in data]
    return {**{name: data[name] for name in names}, "tags": data.getlist("tags")}


def _said_before(check_in: CheckIn | None) -> dict[str, Any]:
    if check_in is None:
        return {}
    return {
        "mood": check_in.mood,
        "energy": check_in.energy,
        "pleasantness": check_in.pleasantness,
        "note": check_in.note,
        "tags": [tag.pk for tag in check_in.tags.all()],
    }


class TagForm(forms.ModelForm[Tag]):
    """Name and look of a tag. That the name is free is for the service to say."""

    class Meta:
        model = Tag
        fields = ("name", "kind", "icon", "colour")
        widgets = {"icon": forms.RadioSelect, "colour": forms.RadioSelect}
