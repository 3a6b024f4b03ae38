"""What a run is asked for: the choices, their limits, and what is good where nobody says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inference.models import ARCHITECTURES, Recipe

if TYPE_CHECKING:
    from emotionweb.training.models import Dataset

Value = float | int | bool


@dataclass(frozen=True, slots=True)
class RecipeField:
    """One field of the recipe that a form may change.

    Attributes:
        name: of ``inference.models.Recipe``.
        kind: ``int`` or ``float``.
        least: smallest value allowed.
        most: largest value allowed.
        title: for people.
        help: one sentence.
    """

    name: str
    kind: type[int] | type[float]
    least: float
    most: float
    title: str | Promise
    help: str | Promise

    def default(self, architecture: str, *, fine_tune: bool) -> Value:
        """What holds where the form says nothing."""
        own: Value = getattr(ARCHITECTURES[architecture].recipe, self.name)
        return FINE_TUNE.get(self.name, own) if fine_tune else own


RECIPE_FIELDS: Sequence[RecipeField] = (
    RecipeField(
        "epochs", int, 1, 500, _("Passes"), _("How often it looks at every face, at most.")
    ),
    RecipeField("batch_size", int, 2, 1024, _("Faces in a step"), _("Larger ones need memory.")),
    RecipeField(
        "learning_rate",
        float,
        1e-7,
        1.0,
        _("Learning rate"),
        _("How far a step goes; too far and it forgets or falls apart."),
    ),
    RecipeField("weight_decay", float, 0, 1, _("Weight decay"), _("Pulls weights to zero.")),
    RecipeField(
        "class_balance",
        float,
        0,
        1,
        _("Weight of rare expressions"),
        _("0: each face counts the same; 1: each expression does."),
    ),
    RecipeField(
        "teacher_weight",
        float,
        0,
        0.95,
        _("Word of the model it starts from"),
        _("Share of its opinion in what is learnt; it guards against forgetting."),
    ),
    RecipeField("mix_chance", float, 0, 1, _("Blended faces"), _("Chance to blend two faces.")),
    RecipeField(
        "stop_patience",
        int,
        0,
        500,
        _("Patience"),
        _("Passes without a better result after which it stops; 0 goes on to the end."),
    ),
)

#: Recipe of a fine-tune where the form says nothing; chosen by the experiment in
#: docs/decisions/2026-11-21-retraining.md.
FINE_TUNE: Mapping[str, Value] = {
    "epochs": 8,
    "batch_size": 32,
    "learning_rate": 2e-4,
    "teacher_weight": 0.5,
    "warmup_epochs": 0.5,
}

#: Those that read single faces of 48 pixels and start from nothing: the others need clips, or
#: weights that would have to be downloaded.
CHOICES: tuple[str, ...] = tuple(
    name
    for name, entry in ARCHITECTURES.items()
    if entry.frames == 1
    and not entry.initialiser
    and entry.recipe.input_size == 48
    and not name.endswith("-last")
)


@dataclass(frozen=True, slots=True)
class RunOptions:
    """A run as it is asked for; ``runs.create`` checks it.

    Attributes:
        architecture: one of ``CHOICES``; a fine-tune has that of the version it starts from.
        datasets: the mix; may be empty where corrections are enough.
        with_corrections: also learn from the accepted faces that people gave.
        fine_tune: start from the active version; else from scratch.
        recipe: fields of ``RECIPE_FIELDS`` that shall differ from the default.
        budget_minutes: of training, not counting reading and measuring; ``None``: no limit.
        seed: of weights, order and augmentation, and of the part held back.
    """

    architecture: str = "flagship"
    datasets: Sequence[Dataset] = ()
    with_corrections: bool = True
    fine_tune: bool = False
    recipe: Mapping[str, Value] = field(default_factory=dict)
    budget_minutes: int | None = None
    seed: int = 0


def recipe_of(architecture: str, changes: Mapping[str, Value], *, fine_tune: bool) -> Recipe:
    """The whole recipe of a run; always of the product's own eight expressions."""
    wanted: dict[str, Any] = {**(FINE_TUNE if fine_tune else {}), **changes}
    return replace(ARCHITECTURES[architecture].recipe, **{**wanted, "label_set": "ferplus8"})
