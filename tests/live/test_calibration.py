"""The guided minute on the server: what is taken, what comes of it, and whose it is."""

import json
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from django.test import Client

from emotionweb.accounts.models import Consent, User
from emotionweb.accounts.services import give_consent
from emotionweb.live import calibration
from emotionweb.live.calibration import Answer, CalibrationError
from emotionweb.live.models import PersonalBaseline
from inference.labels import LABELS

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
URL = "/live/calibration/"


def answers(asked: str, seconds: float, label: str | None = None, **shares: float) -> list[Answer]:
    """Ten a second; what is not said of the shares is neutral."""
    vector = np.array([shares.get(name, 0.001) for name in LABELS])
    vector[0] = max(0.001, 1.0 - vector[1:].sum())
    vector /= vector.sum()
    return [Answer(asked, 0.1, tuple(vector), label)] * round(seconds * 10)


def as_json(said: list[Answer]) -> list[dict[str, Any]]:
    return [
        {"asked": a.asked, "seconds": a.seconds, "p": a.probabilities, "label": a.label}
        for a in said
    ]


def test_a_face_that_looks_sad_at_rest_gets_a_baseline_that_says_so(alice: User) -> None:
    row = calibration.store(alice.pk, "m-1", answers("neutral", 8, sadness=0.6), NOON)
    baseline = calibration.in_use(alice.pk)
    assert baseline is not None
    assert (baseline.id, baseline.model_version) == (str(row.pk), "m-1")
    assert baseline.shift[LABELS.index("sadness")] < -0.3
    assert row.rest_seconds == pytest.approx(8.0)


def test_it_counts_how_often_each_expression_was_read(alice: User) -> None:
    said = [
        *answers("neutral", 6),
        *answers("anger", 2, "anger", anger=0.8),
        *answers("anger", 2, "neutral"),
        *answers("surprise", 0.5, "surprise"),
    ]
    row = calibration.store(alice.pk, "m-1", said, NOON)
    anger = next(one for one in calibration.asked(row) if one.name == "anger")
    assert (anger.seconds, anger.read_seconds) == (4.0, 2.0)
    assert 0.1 < anger.low < 0.5 < anger.high < 0.9
    assert "surprise" not in {one.name for one in calibration.asked(row)}  # too short to say


def test_too_little_of_the_resting_face_changes_nothing(alice: User) -> None:
    kept = calibration.store(alice.pk, "m-1", answers("neutral", 8), NOON)
    unseen = [Answer("neutral", 0.1, None, None)] * 80
    with pytest.raises(CalibrationError, match="Too little"):
        calibration.store(alice.pk, "m-1", [*unseen, *answers("neutral", 2)], NOON)
    assert PersonalBaseline.objects.get() == kept


def test_doing_it_again_replaces_the_person_s_own_and_nobody_else_s(alice: User, bob: User) -> None:
    for user in (alice, bob, alice):
        calibration.store(user.pk, "m-1", answers("neutral", 8), NOON)
    assert PersonalBaseline.objects.filter(user=alice).count() == 1
    assert calibration.in_use(bob.pk) is not None


@pytest.mark.parametrize(
    "change",
    [
        {"asked": "contempt"},
        {"asked": None},
        {"seconds": 2},
        {"seconds": -1},
        {"seconds": "soon"},
        {"p": [1.0]},
        {"p": [2.0, -1.0, 0, 0, 0, 0, 0, 0]},
        {"p": [float("nan")] * 8},
        {"p": [0.01] * 8},
        {"label": "bored"},
    ],
)
def test_nonsense_is_refused(change: dict[str, Any]) -> None:
    good = {"asked": "neutral", "seconds": 0.1, "p": [1, 0, 0, 0, 0, 0, 0, 0], "label": None}
    calibration.parse([good])
    with pytest.raises(CalibrationError):
        calibration.parse([{**good, **change}])


@pytest.mark.parametrize("sent", ["[]", '{"model": "m"}', '{"model": "m", "answers": 3}', "{", "3"])
def test_the_page_says_that_it_does_not_understand(alice: User, client: Client, sent: str) -> None:
    client.force_login(alice)
    answer = client.post(URL, sent, content_type="application/json")
    assert answer.status_code == 400
    assert "Reload the page" in answer.json()["said"]


def test_the_page_shows_what_came_of_it_and_deletes_it(alice: User, client: Client) -> None:
    give_consent(alice, Consent.Kind.CAMERA)
    client.force_login(alice)
    sent = {"model": "m-1", "answers": as_json(answers("neutral", 8, sadness=0.6))}
    answer = client.post(URL, json.dumps(sent), content_type="application/json")
    assert answer.json() == {"next": URL}
    page = client.get(URL).content.decode()
    assert "your face looked sad more often" in page
    assert "m-1" in page
    client.post(f"{URL}forget/")
    assert not PersonalBaseline.objects.exists()


def test_without_consent_it_asks_for_it(alice: User, client: Client) -> None:
    client.force_login(alice)
    page = client.get(URL).content.decode()
    assert "guide-start" not in page


def test_a_stranger_is_sent_to_the_login(db: None, client: Client) -> None:
    assert client.get(URL).status_code == client.post(f"{URL}forget/").status_code == 302


def test_the_interval_of_a_share() -> None:
    # Wilson's interval of 5 of 10 and of 0 of 10, from his formula by hand.
    assert calibration.wilson(5, 10) == pytest.approx((0.2366, 0.7634), abs=1e-3)
    low, high = calibration.wilson(0, 10)
    assert (low, high) == (0.0, pytest.approx(0.2775, abs=1e-3))
