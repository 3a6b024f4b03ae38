import asyncio
from collections.abc import Iterable
from unittest import mock

from django.db import OperationalError
from django.test import SimpleTestCase

from emotionweb.live.guard import BLIND_LOOKS, Guard
from emotionweb.live.services import Access

GONE = OperationalError("the database is gone")


def asking(answers: Iterable[Access | Exception]) -> mock.AsyncMock:
    return mock.AsyncMock(side_effect=answers)


@mock.patch("emotionweb.live.guard.RECHECK_S", 0.001)
@mock.patch("emotionweb.live.guard.RECHECK_SOON_S", 0.001)
class GuardTestCase(SimpleTestCase):
    async def test_it_looks_until_it_is_denied(self) -> None:
        granted = mock.Mock()
        ask = asking([Access.GRANTED, Access.GRANTED, Access.NO_CONSENT])
        self.assertIs(await Guard(ask, granted).until_denied(), Access.NO_CONSENT)
        self.assertEqual(granted.call_count, 2)

    async def test_a_failed_look_now_and_then_is_no_reason_to_end(self) -> None:
        mostly_blind = [*[GONE] * (BLIND_LOOKS - 1), Access.GRANTED]
        ask = asking([*mostly_blind * 3, Access.TAKEN_OVER])
        self.assertIs(await Guard(ask, mock.Mock()).until_denied(), Access.TAKEN_OVER)

    async def test_nobody_goes_on_blindly(self) -> None:
        ask = asking([GONE] * BLIND_LOOKS)
        self.assertIs(await Guard(ask, mock.Mock()).until_denied(), Access.UNKNOWN)

    async def test_a_push_makes_it_look_at_once_and_once_more_soon(self) -> None:
        """The push of a logout comes a moment before the login is gone."""
        with mock.patch("emotionweb.live.guard.RECHECK_S", 3600):
            guard = Guard(asking([Access.GRANTED, Access.NOT_LOGGED_IN]), mock.Mock())
            waiting = asyncio.create_task(guard.until_denied())
            guard.look_now()
            denied = await asyncio.wait_for(waiting, 10)
        self.assertIs(denied, Access.NOT_LOGGED_IN)
