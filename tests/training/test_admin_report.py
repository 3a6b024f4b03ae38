"""The numbers of a comparison as rows and shapes."""

import numpy as np
import pytest

from emotionweb.training import judge
from emotionweb.training.admin import report
from inference.labels import LABELS


def answers(truth: np.ndarray, right: float, seed: int) -> judge.Answers:
    """Somebody who is right so often."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 1, (len(truth), 8)).astype(np.float32)
    known = rng.random(len(truth)) < right
    logits[known, truth[known]] += 6
    return judge.Answers.of(logits, 1.0, 1.0, 0.5)


@pytest.fixture(scope="module")
def sides() -> tuple[dict, dict, dict]:
    """A better one, a worse one, and the paired differences."""
    truth = np.arange(800) % 8
    good, bad = answers(truth, 0.9, 1), answers(truth, 0.6, 2)
    groups = np.array([""] * len(truth))
    files = {"latency_ms": {"median": 1.0, "p95": 2.0}, "size_bytes": {"tflite": 2048}}
    return (
        {**judge.scores_of(truth, good, groups), **files},
        {**judge.scores_of(truth, bad, groups), **files, "latency_ms": {"median": 3, "p95": 4}},
        judge.judge(truth, bad, good, groups, (3.0, 1.0)).differences,
    )


def test_the_better_of_each_number_is_marked(sides: tuple[dict, dict, dict]) -> None:
    mine, other, differences = sides
    table = report.lines(mine, other, differences)
    accuracy, median, size = table[0], table[5], table[7]
    assert (accuracy.mine.better, accuracy.other.better) == (True, False)
    assert accuracy.difference.text.startswith("+")
    assert (median.mine.text, median.mine.better) == ("1.00 ms", True)
    assert (median.other.text, median.other.better) == ("3.00 ms", False)
    assert (size.mine.better, size.other.better) == (False, False)
    turned = report.lines(other, mine, None)
    assert (turned[0].mine.better, turned[0].other.better) == (False, True)
    assert turned[0].difference is None


def test_a_version_alone_has_no_second_column(sides: tuple[dict, dict, dict]) -> None:
    table = report.lines(sides[0], None, None)
    assert {line.other for line in table} == {None}
    assert not any(line.mine.better for line in table)
    assert all(line.dot == "" for line in report.class_lines(sides[0], None, None))


def test_an_interval_lies_where_its_difference_does(sides: tuple[dict, dict, dict]) -> None:
    line = report.class_lines(*sides)[0]
    left, dot, right = (float(place.rstrip("%")) for place in (line.left, line.dot, line.right))
    assert 50 < left <= dot <= right <= 100  # clearly better, cut off at the end of the axis
    assert line.clear
    assert report.margin_place(0.0) == "50.00%"
    assert report.margin_place(report.REACH) == "0.00%"


def test_the_matrix_counts_what_the_side_counts(sides: tuple[dict, dict, dict]) -> None:
    rows = report.confusion(sides[0])
    assert [name for name, _title, _cells in rows] == list(LABELS)
    assert sum(cell.n for *_, cells in rows for cell in cells) == 800
    for place, (*_, cells) in enumerate(rows):
        assert [cell.right for cell in cells] == [i == place for i in range(8)]
        assert 0 <= min(cell.heat for cell in cells) <= max(c.heat for c in cells) <= report.HEATS
        assert cells[place].percent >= 80


def test_reliability_leaves_out_empty_bins_and_stays_in_the_picture(
    sides: tuple[dict, dict, dict],
) -> None:
    points = report.reliability(sides[0])
    filled = sum(n > 0 for n in sides[0]["reliability"]["count"])
    assert len(points) == filled > 0
    for point in points:
        assert 0 <= float(point.x.rstrip("%")) <= 100
        assert 0 <= float(point.y.rstrip("%")) <= 100
    assert report.reliability({}) == []


def test_an_expression_that_was_never_seen_is_a_dash() -> None:
    truth = np.zeros(100, np.int64)
    side = judge.scores_of(truth, answers(truth, 0.9, 3), np.array([""] * 100))
    lines = {line.name: line for line in report.class_lines(side, None, None)}
    assert lines["contempt"].n == 0
    assert report.confusion(side)[7][2][0].percent == 0
