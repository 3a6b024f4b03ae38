"""What the early notice finds and what it should not: `python -m tests.bench.notice` (minutes).

Made-up people (``tests/journal/made_up_people.py``) whose days hang together and have a weekly
rhythm and gaps, with moods of 1..5. Flat series of two years give the false notices in two
person-years; series that fall by a point for good, the share that is found within 14 days.

    python -m tests.bench.notice --people 400
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from emotionweb.journal.insights.decline import FELT, SHOWN, SHOWN_DEVIATIONS
from tests.bench.report import machine
from tests.journal.made_up_people import Kind, detected, false_notices, felt, shown

TWO_YEARS = 730
MIXED = Kind()
KINDS = {
    "mixed, as below": MIXED,
    "correlation 0.3": replace(MIXED, correlation=(0.3, 0.3)),
    "correlation 0.5": replace(MIXED, correlation=(0.5, 0.5)),
    "correlation 0.5, swing 0.5": replace(MIXED, correlation=(0.5, 0.5), swing=(0.5, 0.5)),
    "swing 0.4": replace(MIXED, swing=(0.4, 0.4)),
    "swing 0.6": replace(MIXED, swing=(0.6, 0.6)),
    "one check-in a day": replace(MIXED, check_ins=(1, 1)),
    "five check-ins a day": replace(MIXED, check_ins=(5, 5)),
    "every day": replace(MIXED, missing=(0.0, 0.0)),
    "40 % of the days missing": replace(MIXED, missing=(0.4, 0.4)),
    "weekly rhythm of 0.3": replace(MIXED, weekly=(0.3, 0.3)),
    "usually 2.0 to 2.6": replace(MIXED, level=(2.0, 2.6)),
    "usually 4.0 to 4.6": replace(MIXED, level=(4.0, 4.6)),
    "beyond: correlation 0.7": replace(MIXED, correlation=(0.7, 0.7)),
    "beyond: swing 0.8": replace(MIXED, swing=(0.8, 0.8)),
}


def false_of(people: int, kind: Kind, seed: int) -> float:
    """False notices of felt in two person-years."""
    values = felt(people, FELT.days + TWO_YEARS, kind, seed)
    return false_notices(values, FELT) / people


def false_of_shown(people: int, correlation: float, seed: int) -> float:
    """False notices of shown in two person-years."""
    values = shown(people, FELT.days + TWO_YEARS, correlation, seed)
    unit = SHOWN_DEVIATIONS * np.nanstd(values, axis=1, keepdims=True)
    return false_notices(values / unit, SHOWN) / people


def found(people: int, kind: Kind, seed: int) -> tuple[float, float]:
    """Share that is found within 14 and within 21 days of a lasting drop of a point."""
    at = FELT.days + 20
    values: NDArray[np.float64] = felt(people, at + 21, kind, seed, drop=1.0, drop_at=at)
    return detected(values, FELT, at, 14), detected(values, FELT, at, 21)


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="tests.bench.notice")
    parser.add_argument("--people", type=int, default=400)
    options = parser.parse_args(arguments)
    print(machine())
    print(f"felt: threshold {FELT.threshold}; drawn evenly from {MIXED}")
    print("| people | false in two years | found in 14 days | in 21 days |\n|---|---|---|---|")
    for number, (name, kind) in enumerate(KINDS.items()):
        wrong = false_of(options.people, kind, seed=100 + number)
        fortnight, three_weeks = found(4 * options.people, kind, seed=200 + number)
        print(f"| {name} | {wrong:.2f} | {fortnight:.0%} | {three_weeks:.0%} |", flush=True)
    print(f"shown: threshold {SHOWN.threshold}")
    for correlation in (0.3, 0.5):
        wrong = false_of_shown(options.people, correlation, seed=300)
        print(f"| shown, correlation {correlation} | {wrong:.2f} | | |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
