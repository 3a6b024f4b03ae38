"""The guided minute: a person's face at rest, and each expression when it is asked for.

What the browser sends in the end are the answers it was given on the live socket; nobody else's
results depend on them. Nothing of that minute goes into the journal: a smile on request is no smile
of the day.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from emotionweb.expressions import expression_title
from emotionweb.journal.services import lock_person
from emotionweb.live.models import PersonalBaseline
from inference.labels import LABELS, Expression

if TYPE_CHECKING:
    from inference.personal import Baseline

#: What is asked for, in this order; rest comes first, and only rest has to be there.
STEPS: tuple[tuple[Expression, int], ...] = (
    (Expression.NEUTRAL, 12),
    (Expression.HAPPINESS, 6),
    (Expression.SURPRISE, 6),
    (Expression.SADNESS, 6),
    (Expression.ANGER, 6),
)
#: Seconds at rest that could be judged, at least.
MIN_REST_S = 4.0
#: Answers a second that are taken; more say nothing new.
MAX_ANSWERS = 1500


class CalibrationError(ValueError):
    """What was sent cannot be used; says why in a sentence for the person."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer on the socket while something was asked for.

    Attributes:
        asked: Name of the expression.
        seconds: That it stands for, at most 1.
        probabilities: ``(8,)``, or ``None`` where the face was not clear enough.
        label: What it was read as; ``None`` is unsure.
    """

    asked: str
    seconds: float
    probabilities: tuple[float, ...] | None
    label: str | None

    @classmethod
    def parse(cls, raw: Any) -> Answer:
        """Read one of the browser's.

        Raises:
            CalibrationError: It is none.
        """
        try:
            asked, seconds, shares, label = (
                raw["asked"],
                float(raw["seconds"]),
                raw["p"],
                raw["label"],
            )
            probabilities = tuple(float(one) for one in shares) if shares else None
        except (KeyError, TypeError, ValueError):
            raise CalibrationError(_not_understood()) from None
        fits = asked in dict(STEPS) and 0.0 <= seconds <= 1.0 and label in (None, *LABELS)
        if probabilities is not None:
            total = sum(probabilities)
            fits &= len(probabilities) == len(LABELS) and all(
                math.isfinite(one) and one >= 0.0 for one in probabilities
            )
            fits &= math.isfinite(total) and abs(total - 1.0) < 0.02
        if not fits:
            raise CalibrationError(_not_understood())
        return cls(asked, seconds, probabilities, label)


@dataclass(frozen=True, slots=True)
class Asked:
    """How an expression came out when it was asked for.

    Attributes:
        name: Of the expression.
        seconds: In which the face could be judged.
        read_seconds: Of these, in which it was read as what was asked for.
        low: Lower end of the 95 % interval of the share (Wilson, *Journal of the American
            Statistical Association* 22, 1927), a second counting as one look.
        high: Upper end.
    """

    name: str
    seconds: float
    read_seconds: float
    low: float
    high: float

    @property
    def title(self) -> str:
        """Adjective of the expression."""
        return expression_title(self.name)


@transaction.atomic
def store(
    user_id: int, model_version: str, answers: Sequence[Answer], now: datetime
) -> PersonalBaseline:
    """Make a person's baseline of their guided minute, in the place of an earlier one.

    Args:
        user_id: Whose.
        model_version: Of the model that answered.
        answers: In the order of time.
        now: Time, aware.

    Raises:
        CalibrationError: Too little of the face at rest was seen.
    """
    import numpy as np

    from inference.personal import mean_logs, shift_of

    rest = [
        answer
        for answer in answers
        if answer.asked == Expression.NEUTRAL and answer.probabilities is not None
    ]
    seconds = sum(answer.seconds for answer in rest)
    if seconds < MIN_REST_S:
        raise CalibrationError(
            _(
                "Too little of your face at rest was seen. Nothing was changed. Try it again with "
                "more light and your face towards the camera."
            )
        )
    logs = mean_logs(np.array([answer.probabilities for answer in rest], np.float32))
    lock_person(user_id)
    forget(user_id)
    return PersonalBaseline.objects.create(
        user_id=user_id,
        made_at=now,
        model_version=model_version,
        rest_seconds=seconds,
        rest_logs=list(logs),
        shift=list(shift_of(logs, seconds)),
        asked=[asdict(one) for one in _asked(answers)],
    )


def forget(user_id: int) -> bool:
    """Delete a person's baseline; returns whether there was one."""
    return bool(PersonalBaseline.objects.filter(user_id=user_id).delete()[0])


def of_person(user_id: int) -> PersonalBaseline | None:
    """A person's baseline."""
    return PersonalBaseline.objects.filter(user_id=user_id).first()


def in_use(user_id: int) -> Baseline | None:
    """A person's baseline as the pipeline takes it.

    It applies itself only to answers of the model that it was made with.
    """
    from inference.personal import Baseline

    row = of_person(user_id)
    return Baseline(str(row.pk), row.model_version, tuple(row.shift)) if row else None


def asked(row: PersonalBaseline) -> list[Asked]:
    """How each expression came out."""
    return [Asked(**one) for one in row.asked]


def parse(raw: Any) -> list[Answer]:
    """Read what the browser sends.

    Raises:
        CalibrationError: It cannot be used.
    """
    if not isinstance(raw, Sequence) or isinstance(raw, str) or len(raw) > MAX_ANSWERS:
        raise CalibrationError(_not_understood())
    return [Answer.parse(one) for one in raw if isinstance(one, Mapping) or _refuse()]


def _refuse() -> bool:
    raise CalibrationError(_not_understood())


def _not_understood() -> str:
    return _("The page sent something that the server does not understand. Reload the page.")


def _asked(answers: Sequence[Answer]) -> list[Asked]:
    out = []
    for name, _seconds in STEPS:
        judged = [one for one in answers if one.asked == name and one.probabilities is not None]
        seconds = sum(one.seconds for one in judged)
        if seconds < 1.0:
            continue
        read = sum(one.seconds for one in judged if one.label == name)
        low, high = wilson(read, seconds)
        out.append(Asked(name, round(seconds, 2), round(read, 2), round(low, 3), round(high, 3)))
    return out


def wilson(hits: float, n: float, z: float = 1.96) -> tuple[float, float]:
    """95 % interval of a share of ``hits`` out of ``n`` > 0."""
    share = hits / n
    centre = share + z * z / (2 * n)
    spread = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    below = 1 + z * z / n
    return max(0.0, (centre - spread) / below), min(1.0, (centre + spread) / below)
