"""Fills the data of a site with a made-up person: `python -m tests.browser.demo EMAIL`.

Every number is generated, always the same for the same day, and says so by its model version.
"""

import argparse
import random
import sys
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import django

django.setup()

from django.utils import translation  # noqa: E402

from emotionweb.accounts.models import Consent, User  # noqa: E402
from emotionweb.accounts.services import give_consent  # noqa: E402
from emotionweb.journal import checkins, tags  # noqa: E402
from emotionweb.journal import services as journal  # noqa: E402
from emotionweb.journal.checkins import CheckInDraft  # noqa: E402
from emotionweb.journal.drafts import ObservationDraft  # noqa: E402
from emotionweb.live.models import LiveSession  # noqa: E402
from emotionweb.live.services import SOURCE_KIND  # noqa: E402
from inference.labels import LABELS  # noqa: E402
from tests.browser import PASSWORD  # noqa: E402

MODEL = "made-up"
ZONE = "Europe/Berlin"
DAYS = 26
#: What a session tends to look like: weights of some expressions beside the neutral.
MOODS = [
    {"neutral": 5, "happiness": 2},
    {"neutral": 3, "happiness": 6, "surprise": 1},
    {"neutral": 4, "sadness": 3, "contempt": 0.5},
    {"neutral": 2, "sadness": 4, "fear": 0.6},
    {"neutral": 4, "anger": 1.5, "disgust": 0.7},
    {"neutral": 2, "surprise": 3, "happiness": 2},
]


NOTES = {
    "": [
        "A long walk by the river. **Good talk** with an old friend.",
        "Slept badly:\n\n- too late to bed\n- too warm\n\nTomorrow earlier.",
        "Finished what had been lying around for weeks.",
    ],
    "zh-hans": [
        "沿着河走了很久，和老朋友**聊得很好**。",
        "没睡好：\n\n- 睡得太晚\n- 太热",
        "终于做完了拖了好几周的事。",
    ],
}


def fill(email: str, name: str, language: str) -> None:
    """Make the person and their days; the last of them is today."""
    person = User.objects.create_user(
        email, PASSWORD, name=name, language=language, timezone=ZONE, day_start_hour=0
    )
    give_consent(person, Consent.Kind.CAMERA)
    chance = random.Random(1)
    now = datetime.now(ZoneInfo(ZONE))
    with translation.override(language or "en"):
        tags.add_starters(person.pk)
    for ago in range(DAYS):
        say(person, now - timedelta(days=ago), chance, at_least=2 if ago == 0 else 0)
        if ago > 1 and chance.random() < 0.25:
            continue  # a day without the camera
        for _ in range(2 if ago == 0 else chance.choice([1, 1, 2, 3])):
            start = (now - timedelta(days=ago)).replace(
                hour=chance.randint(8, 20), minute=chance.randint(0, 59)
            )
            # Today's sessions lie in the past, whatever time it is.
            start = min(start, now - timedelta(minutes=20 + 35 * chance.random()))
            record(person, start.astimezone(UTC), chance)


def say(person: User, evening: datetime, chance: random.Random, at_least: int) -> None:
    """Add the check-ins of one day."""
    own = list(tags.tags(person.pk).values_list("pk", flat=True))
    notes = NOTES.get(person.language, NOTES[""])
    for number in range(max(at_least, chance.choice([0, 1, 1, 2, 3]))):
        draft = CheckInDraft(
            mood=chance.choice([2, 3, 3, 4, 4, 4, 5]),
            at=(evening - timedelta(hours=5 * number, minutes=chance.randint(1, 90))),
            energy=chance.choice([None, 2, 3, 4]),
            pleasantness=chance.choice([None, 3, 4]),
            tags=chance.sample(own, chance.randint(0, 4)),
            note=chance.choice([*notes, "", ""]),
        )
        checkins.check_in(person, draft, now=datetime.now(UTC))


def record(person: User, start: datetime, chance: random.Random) -> None:
    """Add one session of some minutes."""
    seconds = chance.randint(80, 900)
    mood = chance.choice(MOODS)
    end = start + timedelta(seconds=seconds)
    session = LiveSession.objects.create(
        user=person,
        started_at=start,
        last_seen_at=end,
        held_since=start,
        ended_at=end,
        end_reason=LiveSession.EndReason.STOPPED,
        timezone=person.timezone,
        day_start_hour=person.day_start_hour,
        model_version=MODEL,
    )
    journal.add_observations(
        person.pk,
        [
            draft(start + timedelta(seconds=second), mood, chance)
            for second in range(0, seconds, 10)
        ],
        kind=SOURCE_KIND,
        source_id=session.pk,
        timezone=person.timezone,
        day_start_hour=person.day_start_hour,
    )


def draft(start: datetime, mood: dict[str, float], chance: random.Random) -> ObservationDraft:
    """Ten seconds: mostly scored, sometimes turned away."""
    weights = [mood.get(name, 0.03) * chance.uniform(0.4, 1.6) for name in LABELS]
    unsure = chance.choice([0.0, 0.0, 0.0, 1.0, 3.0])
    return ObservationDraft(
        start=start,
        end=start + timedelta(seconds=10),
        seconds=10.0 - unsure,
        unsure_seconds=unsure,
        means=tuple(weight / sum(weights) for weight in weights),
        model_version=MODEL,
    )


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="tests.browser.demo")
    parser.add_argument("email")
    parser.add_argument("--name", default="Ada")
    parser.add_argument("--language", default="")
    options = parser.parse_args(arguments)
    fill(options.email, options.name, options.language)


if __name__ == "__main__":
    main(sys.argv[1:])
