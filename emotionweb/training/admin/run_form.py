"""The form that asks for a run: a few questions, good defaults, the rest under "more"."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from emotionweb.training import runs, versions
from emotionweb.training.models import Dataset
from emotionweb.training.runs import RunOptions
from inference.models import ARCHITECTURES

FINE_TUNE, FROM_SCRATCH = "fine-tune", "scratch"
#: The fields of the recipe have this before their names.
RECIPE = "recipe_"
ARCHITECTURE = RunOptions().architecture


class RunForm(forms.Form):
    """What ``runs.RunOptions`` asks for, for a person."""

    how = forms.ChoiceField(
        label=gettext_lazy("How"),
        choices=[
            (FINE_TUNE, gettext_lazy("Fine-tune the active version: minutes, needs little data")),
            (FROM_SCRATCH, gettext_lazy("From scratch: hours, needs many thousand faces")),
        ],
        initial=FINE_TUNE,
        widget=forms.RadioSelect,
    )
    architecture = forms.ChoiceField(
        label=gettext_lazy("Architecture"),
        required=False,
        help_text=gettext_lazy("From scratch only; a fine-tune has that of the active version."),
    )
    datasets = forms.ModelMultipleChoiceField(
        Dataset.objects.filter(state=Dataset.State.READY),
        label=gettext_lazy("Data"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    with_corrections = forms.BooleanField(
        label=gettext_lazy("Also the accepted faces that people gave"), required=False, initial=True
    )
    budget_minutes = forms.IntegerField(
        label=gettext_lazy("Minutes at most"),
        required=False,
        min_value=1,
        max_value=60 * 24 * 14,
        help_text=gettext_lazy("Then it ends after the pass it is in and keeps the best so far."),
    )
    seed = forms.IntegerField(
        label=gettext_lazy("Seed"),
        required=False,
        min_value=0,
        max_value=2**31 - 1,
        initial=0,
        help_text=gettext_lazy("Of everything random; the same seed draws the same."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        active = versions.active()
        self.fields["architecture"].choices = [(name, name) for name in runs.CHOICES]  # type: ignore[attr-defined]
        self.fields["architecture"].initial = ARCHITECTURE
        if active is None:
            self.fields["how"].initial = FROM_SCRATCH
        for field in runs.RECIPE_FIELDS:
            self.fields[RECIPE + field.name] = _recipe_field(field)

    @property
    def main_fields(self) -> list[forms.BoundField]:
        """What everybody answers."""
        return [self[name] for name in ("how", "datasets", "with_corrections", "budget_minutes")]

    @property
    def more_fields(self) -> list[forms.BoundField]:
        """What has a good default."""
        recipe = [self[RECIPE + field.name] for field in runs.RECIPE_FIELDS]
        return [self["architecture"], *recipe, self["seed"]]

    @property
    def more_is_wrong(self) -> bool:
        """Whether "more" has to be open, for its errors to be seen."""
        return any(field.errors for field in self.more_fields)

    @property
    def architectures(self) -> list[tuple[str, str]]:
        """Each that can be chosen, with what it is."""
        return [(name, ARCHITECTURES[name].source) for name in runs.CHOICES]

    def options(self) -> RunOptions:
        """The checked answers."""
        data = self.cleaned_data
        recipe = {f.name: data[RECIPE + f.name] for f in runs.RECIPE_FIELDS}
        return RunOptions(
            architecture=data["architecture"] or ARCHITECTURE,
            datasets=list(data["datasets"]),
            with_corrections=data["with_corrections"],
            fine_tune=data["how"] == FINE_TUNE,
            recipe={name: value for name, value in recipe.items() if value is not None},
            budget_minutes=data["budget_minutes"],
            seed=data["seed"] or 0,
        )


def _recipe_field(field: Any) -> forms.Field:
    kind = forms.IntegerField if field.kind is int else forms.FloatField
    made = kind(
        label=capfirst(field.title),
        help_text=field.help,
        required=False,
        min_value=field.least,
        max_value=field.most,
    )
    defaults = {
        "fine": field.default(ARCHITECTURE, fine_tune=True),
        "scratch": field.default(ARCHITECTURE, fine_tune=False),
    }
    if defaults["fine"] == defaults["scratch"]:
        made.widget.attrs["placeholder"] = f"{defaults['fine']:g}"
    else:
        made.widget.attrs["placeholder"] = _("%(fine)s, from scratch %(scratch)s") % {
            name: f"{value:g}" for name, value in defaults.items()
        }
    # A number field of the browser shows no placeholder that is not a number.
    made.widget.input_type = "text"
    made.widget.attrs["inputmode"] = "numeric" if field.kind is int else "decimal"
    return made
