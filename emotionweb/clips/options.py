"""What a person chooses before a clip is read."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from django.utils.translation import gettext as _

#: Frames a second to choose from; 0 is every frame.
RATES: tuple[float, ...] = (0, 1, 2, 5, 10, 15, 30)
DEFAULT_RATE = 5.0


class RefusedError(Exception):
    """Something that cannot be done as it was asked; the text is a sentence for the person.

    Args:
        said: The sentence.
        status: HTTP status that fits: 400 for what is wrong in itself, 409 for what does not fit
            to how things stand.
        code: Tells a script what is missing, such as "recorded_at".
    """

    def __init__(self, said: str, status: int = 400, code: str = "") -> None:
        super().__init__(said)
        self.status = status
        self.code = code


@dataclass(frozen=True, slots=True)
class AnnotateOptions:
    """How a clip is read.

    Attributes:
        rate: Frames a second, one of ``RATES``.
        start_s: Where to begin, seconds of the clip.
        end_s: Where to end, or ``None`` for the end of the clip.
    """

    rate: float = DEFAULT_RATE
    start_s: float = 0.0
    end_s: float | None = None

    def __post_init__(self) -> None:
        if self.rate not in RATES:
            raise RefusedError(_("Choose one of the numbers of frames a second."))
        ends = (self.start_s,) if self.end_s is None else (self.start_s, self.end_s)
        if not all(math.isfinite(end) and end >= 0.0 for end in ends):
            raise RefusedError(_("The range has to be given in seconds from the start."))
        if self.end_s is not None and self.end_s <= self.start_s:
            raise RefusedError(_("The range has to end after it starts."))

    @classmethod
    def parse(cls, data: Mapping[str, object]) -> AnnotateOptions:
        """Read the options from a form, from the metadata of an upload, or from a job.

        What is missing or empty has its default.

        Raises:
            RefusedError: A value cannot be used.
        """
        end = data.get("end_s")
        return cls(
            _number(data.get("rate"), DEFAULT_RATE),
            _number(data.get("start_s"), 0.0),
            None if end in (None, "") else _number(end, 0.0),
        )

    def as_json(self) -> dict[str, float | None]:
        """What ``parse`` reads again."""
        return asdict(self)


def _number(value: object, otherwise: float) -> float:
    if value is None or value == "":
        return otherwise
    try:
        return float(str(value))
    except ValueError:
        raise RefusedError(_("“%(text)s” is no number.") % {"text": str(value)[:40]}) from None
