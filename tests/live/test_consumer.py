import asyncio
import itertools
from datetime import timedelta
from unittest import mock
from uuid import UUID, uuid4

import cv2
import numpy as np
import pytest
from asgiref.sync import sync_to_async
from django.db import OperationalError
from django.utils import timezone

from emotionweb.accounts.models import Consent, User
from emotionweb.accounts.services import delete_account, withdraw_consent
from emotionweb.journal.models import DailyEmotionLog, Observation
from emotionweb.live import services
from emotionweb.live.models import LiveSession
from emotionweb.live.services import EndReason
from inference.labels import LABELS
from inference.reasons import UnsureReason
from tests.live.fakes import face, jpeg
from tests.live.sockets import PATIENCE_S, Socket, SocketTestCase


def claiming(picture: bytes, side: int) -> bytes:
    """The picture with another size in its header."""
    at = picture.index(b"\xff\xc0") + 5
    return picture[:at] + side.to_bytes(2, "big") * 2 + picture[at + 4 :]


HUGE = claiming(jpeg(), 20_000)
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
NOISE = cv2.imencode(".jpg", np.random.default_rng(0).integers(0, 255, (240, 320, 3)))[1].tobytes()


async def the_session(**which: object) -> LiveSession:
    return await LiveSession.objects.aget(**which)


async def seconds_of(user: User) -> float:
    return sum([row.seconds async for row in Observation.objects.filter(user=user)])


@pytest.mark.services
class LiveTestCase(SocketTestCase):
    async def test_a_session_from_start_to_the_journal(self) -> None:
        socket = (await self.browser(self.alice)).socket()
        ready = await socket.open()
        self.assertEqual(ready["type"], "ready")
        self.assertEqual((ready["protocol"], ready["model"], ready["resumed"]), (1, "m-1", False))
        self.assertEqual(tuple(ready["labels"]), LABELS)
        self.assertEqual(ready["limits"]["in_flight"], 2)

        result = await socket.ask(7)
        self.assertEqual((result["type"], result["seq"]), ("result", 7))
        self.assertEqual((result["width"], result["height"]), (64, 48))
        self.assertEqual([one["label"] for one in result["faces"]], ["happiness"])
        self.assertTrue(result["faces"][0]["you"])

        await socket.watch(30)
        summary = await socket.finish()
        self.assertEqual(summary["session"], ready["session"])
        self.assertEqual((summary["type"], summary["top"]), ("summary", "happiness"))
        self.assertGreater(summary["seconds"], 14)
        self.assertAlmostEqual(summary["means"][LABELS.index("happiness")], 0.8, places=3)

        session = await the_session(pk=ready["session"])
        self.assertEqual((session.end_reason, session.frames), (EndReason.STOPPED, 31))
        log = await DailyEmotionLog.objects.aget(user=self.alice)
        self.assertAlmostEqual(log.seconds, summary["seconds"], places=1)
        self.assertEqual((log.day.isoformat(), log.top), (summary["day"], "happiness"))
        self.assertEqual(log.model_versions, ["m-1"])

    async def test_ten_seconds_are_stored_while_the_session_goes_on(self) -> None:
        socket = (await self.browser(self.alice)).socket()
        await socket.open()
        await socket.watch(50)
        for _ in range(100):
            if await Observation.objects.aexists():
                break
            await asyncio.sleep(0.05)
        first = await Observation.objects.order_by("start").afirst()
        assert first is not None
        self.assertTrue(2 <= first.seconds <= 10, first.seconds)  # the first is of random length
        await socket.disconnect()

    async def test_a_tab_that_is_closed_loses_nothing(self) -> None:
        socket = (await self.browser(self.alice)).socket()
        ready = await socket.open()
        await socket.watch(9)
        await socket.disconnect(timeout=PATIENCE_S)
        self.assertAlmostEqual(await seconds_of(self.alice), 4.0)
        session = await the_session(pk=ready["session"])
        self.assertIsNone(session.ended_at)
        self.assertEqual(session.end_reason, EndReason.DISCONNECTED)

    async def test_a_server_that_shuts_down_loses_nothing(self) -> None:
        """Daphne cancels the application without telling it of a disconnect."""
        socket = (await self.browser(self.alice)).socket()
        await socket.open()
        await socket.watch(9)
        socket.future.cancel()
        await asyncio.wait({socket.future}, timeout=PATIENCE_S)
        self.assertAlmostEqual(await seconds_of(self.alice), 4.0)

    async def test_a_pause_is_not_recorded(self) -> None:
        socket = (await self.browser(self.alice)).socket()
        await socket.open()
        await socket.watch(5)
        await socket.command("pause")
        self.assertEqual(await socket.hear(), {"type": "paused"})
        self.assertEqual(await socket.ask(50), {"type": "dropped", "seq": 50})
        await socket.command("resume")
        self.assertEqual(await socket.hear(), {"type": "resumed"})
        await socket.watch(5)
        self.assertAlmostEqual((await socket.finish())["seconds"], 4.0)

    async def test_only_the_persons_own_face_counts_and_it_can_be_chosen(self) -> None:
        socket = (await self.browser(self.alice)).socket()
        await socket.open()
        for pipeline in self.pipelines():
            pipeline.faces = (face(1, anger=0.9), face(2, fear=0.9))
        await socket.command("select", track=2)
        result = await socket.ask(0)
        self.assertEqual([(f["track"], f["you"]) for f in result["faces"]], [(1, False), (2, True)])
        await socket.watch(5)
        self.assertEqual((await socket.finish())["top"], "fear")

    async def test_unsure_is_said_with_its_reason_and_recorded_as_unsure(self) -> None:
        socket = (await self.browser(self.alice)).socket()
        await socket.open()
        for pipeline in self.pipelines():
            pipeline.faces = (face(unsure=UnsureReason.TOO_DARK),)
        result = await socket.ask(0)
        self.assertEqual(result["faces"][0]["unsure"], "too_dark")
        self.assertIsNone(result["faces"][0]["label"])
        await socket.watch(4)
        summary = await socket.finish()
        self.assertEqual((summary["seconds"], summary["unsure_seconds"]), (0.0, 2.0))
        self.assertIsNone(summary["top"])

    async def test_an_empty_room_leaves_no_day(self) -> None:
        socket = (await self.browser(self.alice)).socket()
        await socket.open()
        for pipeline in self.pipelines():
            pipeline.faces = ()
        await socket.watch(30)
        summary = await socket.finish()
        self.assertEqual((summary["seconds"], summary["top"]), (0.0, None))
        self.assertFalse(await DailyEmotionLog.objects.aexists())

    async def test_a_socket_without_a_face_is_heard_of_now_and_then(self) -> None:
        with (
            mock.patch("emotionweb.live.guard.RECHECK_S", 0.02),
            mock.patch("emotionweb.live.consumer.TOUCH_S", 0.2),
            mock.patch("emotionweb.live.services.record", wraps=services.record) as record,
        ):
            socket = (await self.browser(self.alice)).socket()
            opened = await the_session(pk=(await socket.open())["session"])
            await asyncio.sleep(0.7)
            later = await the_session(pk=opened.pk)
            self.assertGreater(later.last_seen_at, opened.last_seen_at)
            self.assertLessEqual(record.call_count, 3)
            await socket.finish()


@pytest.mark.services
class GoingOnTestCase(SocketTestCase):
    async def test_a_lost_connection_goes_on_in_the_same_session(self) -> None:
        browser = await self.browser(self.alice)
        socket = browser.socket()
        ready = await socket.open()
        await socket.watch(5)
        await socket.disconnect(timeout=PATIENCE_S)
        again = browser.socket(session=ready["session"])
        resumed = await again.open()
        self.assertEqual((resumed["session"], resumed["resumed"]), (ready["session"], True))
        await again.watch(5)
        self.assertAlmostEqual((await again.finish())["seconds"], 4.0)
        self.assertEqual(await LiveSession.objects.acount(), 1)

    async def test_a_second_tab_takes_over_and_no_second_counts_twice(self) -> None:
        browser = await self.browser(self.alice)
        first, second = browser.socket(), browser.socket()
        ready = await first.open()
        await first.watch(5)
        taken = await second.open()
        self.assertEqual((taken["session"], taken["resumed"]), (ready["session"], True))
        message = await first.hear()
        self.assertEqual((message["type"], message["code"]), ("error", "taken_over"))
        self.assertIn("another tab", message["message"])
        self.assertEqual(await first.closed(), 4409)
        await second.watch(5)
        await second.finish()
        rows = [row async for row in Observation.objects.order_by("start")]
        for earlier, later in itertools.pairwise(rows):
            self.assertLessEqual(earlier.end, later.start)
        self.assertEqual(await LiveSession.objects.acount(), 1)

    async def test_anothers_session_id_is_worth_nothing(self) -> None:
        alices = (await self.browser(self.alice)).socket()
        ready = await alices.open()
        bobs = (await self.browser(self.bob)).socket(session=ready["session"])
        other = await bobs.open()
        self.assertNotEqual(other["session"], ready["session"])
        self.assertFalse(other["resumed"])
        await bobs.watch(5)
        await alices.watch(3)
        self.assertEqual((await bobs.finish())["session"], other["session"])
        self.assertAlmostEqual((await alices.finish())["seconds"], 1.0, places=0)

    async def test_a_session_id_that_is_nonsense_is_as_good_as_none(self) -> None:
        for nonsense in ("me", "1'; drop table", str(uuid4())):
            socket = (await self.browser(self.alice)).socket(session=nonsense)
            self.assertFalse((await socket.open())["resumed"])
            await socket.finish()

    async def test_a_wall_clock_that_jumps_loses_nothing_and_overlaps_nothing(self) -> None:
        real_now = timezone.now
        shift = [timedelta(0)]
        now = mock.Mock(side_effect=lambda: real_now() + shift[0])
        with mock.patch("emotionweb.live.keeper.timezone.now", now):
            socket = (await self.browser(self.alice)).socket()
            await socket.open()
            await socket.watch(30)
            shift[0] = timedelta(hours=-3)
            await socket.watch(30)
            shift[0] = timedelta(hours=2)
            await socket.watch(30)
            summary = await socket.finish()
        # Every look at the monotonic clock is half a second, some are not a frame's.
        self.assertGreater(summary["seconds"], 44)
        rows = [row async for row in Observation.objects.order_by("start")]
        self.assertEqual(len({row.start for row in rows}), len(rows))
        for earlier, later in itertools.pairwise(rows):
            self.assertLessEqual(earlier.end, later.start + timedelta(microseconds=2))

    async def test_a_database_that_is_busy_loses_nothing(self) -> None:
        record, failures = services.record, iter([OperationalError("database is locked")] * 3)

        def busy_at_first(*args: object) -> None:
            for failure in failures:
                raise failure
            record(*args)

        with (
            mock.patch("emotionweb.live.services.record", busy_at_first),
            mock.patch("emotionweb.live.keeper.RETRY_S", (0.01, 0.02)),
        ):
            socket = (await self.browser(self.alice)).socket()
            await socket.open()
            await socket.watch(5)
            self.assertAlmostEqual((await socket.finish())["seconds"], 2.0)

    async def test_what_could_not_be_stored_in_time_is_stored_later(
        self,
    ) -> None:
        record, away = services.record, [True]

        def away_for_a_while(*args: object) -> None:
            if away[0]:
                raise OperationalError("the database is away")
            record(*args)

        with (
            mock.patch("emotionweb.live.services.record", away_for_a_while),
            mock.patch("emotionweb.live.keeper.RETRY_S", (0.01, 0.02)),
            mock.patch("emotionweb.live.consumer.DRAIN_S", 0.05),
        ):
            socket = (await self.browser(self.alice)).socket()
            await socket.open()
            await socket.watch(5)
            await socket.disconnect(timeout=PATIENCE_S)
            self.assertEqual(await seconds_of(self.alice), 0.0)
            away[0] = False
            for _ in range(200):
                if await seconds_of(self.alice):
                    break
                await asyncio.sleep(0.02)
        self.assertAlmostEqual(await seconds_of(self.alice), 2.0)


@pytest.mark.services
class WhoMayTestCase(SocketTestCase):
    async def assert_turned_away(self, socket: Socket, code: str, close: int) -> None:
        message = await socket.open()
        self.assertEqual((message["type"], message["code"]), ("error", code))
        self.assertTrue(message["message"].endswith("."))
        self.assertEqual(await socket.closed(), close)
        self.assertFalse(await LiveSession.objects.aexists())

    async def test_without_login(self) -> None:
        await self.assert_turned_away((await self.browser(None)).socket(), "not_logged_in", 4401)

    async def test_without_consent(self) -> None:
        await self.assert_turned_away((await self.browser(self.charlie)).socket(), "consent", 4403)

    async def test_the_page_of_another_site_gets_no_socket(self) -> None:
        browser = await self.browser(self.alice)
        for origin in (b"https://evil.example", b"null", b"http://testserver:8080"):
            accepted, code = await browser.socket(origin=origin).connect(PATIENCE_S)
            self.assertEqual((accepted, code), (False, 1000))
        self.assertFalse(await LiveSession.objects.aexists())

    async def test_frames_after_being_turned_away_are_not_looked_at(self) -> None:
        socket = (await self.browser(self.charlie)).socket()
        await socket.open()
        await socket.show(1)
        self.assertEqual(await socket.closed(), 4403)
        self.assertEqual(self.loader.pipelines, [])

    async def assert_ended(self, socket: Socket, code: str, close: int) -> None:
        message = await socket.hear()
        self.assertEqual((message["type"], message["code"]), ("error", code))
        self.assertEqual(await socket.closed(), close)

    async def test_logging_out_closes_within_five_seconds_and_keeps_what_was_seen(self) -> None:
        browser = await self.browser(self.alice)
        socket = browser.socket()
        ready = await socket.open()
        await socket.watch(5)
        started = asyncio.get_running_loop().time()
        await sync_to_async(browser.client.post)("/accounts/logout/")
        await self.assert_ended(socket, "not_logged_in", 4401)
        self.assertLess(asyncio.get_running_loop().time() - started, 5)
        self.assertAlmostEqual(await seconds_of(self.alice), 2.0)
        session = await the_session(pk=ready["session"])
        self.assertEqual(session.end_reason, EndReason.LOGGED_OUT)

    async def test_logging_out_elsewhere_does_not_disturb_this_browser(self) -> None:
        here, elsewhere = await self.browser(self.alice), await self.browser(self.alice)
        socket = here.socket()
        await socket.open()
        await sync_to_async(elsewhere.client.post)("/accounts/logout/")
        await asyncio.sleep(0.2)
        await socket.watch(2)
        await socket.finish()

    async def test_withdrawing_consent_closes_at_once(self) -> None:
        socket = (await self.browser(self.alice)).socket()
        ready = await socket.open()
        await sync_to_async(withdraw_consent)(self.alice, Consent.Kind.CAMERA)
        await self.assert_ended(socket, "consent", 4403)
        session = await the_session(pk=ready["session"])
        self.assertEqual(session.end_reason, EndReason.CONSENT_WITHDRAWN)

    async def test_deleting_the_account_closes_at_once_and_leaves_nothing(self) -> None:
        alices, bobs = [(await self.browser(user)).socket() for user in (self.alice, self.bob)]
        await alices.open()
        await bobs.open()
        await alices.watch(5)
        await sync_to_async(delete_account)(self.alice)
        await self.assert_ended(alices, "not_logged_in", 4401)
        self.assertFalse(await Observation.objects.aexists())
        await bobs.watch(3)
        self.assertIsNotNone((await bobs.finish())["top"])

    async def test_a_push_that_is_lost_only_delays_it(self) -> None:
        """Another process's in-memory layer cannot push: then the regular look finds out."""
        with mock.patch("emotionweb.live.guard.RECHECK_S", 0.05):
            socket = (await self.browser(self.alice)).socket()
            await socket.open()
            await User.objects.filter(pk=self.alice.pk).aupdate(is_active=False)
            await self.assert_ended(socket, "not_logged_in", 4401)

    async def test_logging_out_in_another_process_closes_within_five_seconds(self) -> None:
        """The in-memory layer reaches nobody outside its process: then only looking helps."""
        deaf = mock.Mock(group_send=mock.AsyncMock())
        browser = await self.browser(self.alice)
        socket = browser.socket()
        with mock.patch("emotionweb.live.guard.RECHECK_SOON_S", 0.01):
            await socket.open()
            await asyncio.sleep(0.2)  # its own coming made it look, and look again
        started = asyncio.get_running_loop().time()
        with mock.patch("emotionweb.live.receivers.get_channel_layer", return_value=deaf):
            await sync_to_async(browser.client.post)("/accounts/logout/")
        deaf.group_send.assert_called()
        await self.assert_ended(socket, "not_logged_in", 4401)
        self.assertLess(asyncio.get_running_loop().time() - started, 5)

    async def test_a_session_deleted_elsewhere_ends_here(self) -> None:
        with mock.patch("emotionweb.live.guard.RECHECK_S", 0.05):
            socket = (await self.browser(self.alice)).socket()
            ready = await socket.open()
            await socket.watch(5)
            session_id = UUID(ready["session"])
            await sync_to_async(services.delete_session)(self.alice.pk, session_id)
            self.assertEqual(await socket.closed(), 4410)
        self.assertFalse(await Observation.objects.aexists())

    async def test_nobody_goes_on_blindly_when_the_database_is_gone(self) -> None:
        with (
            mock.patch("emotionweb.live.guard.RECHECK_S", 0.01),
            mock.patch("emotionweb.live.guard.RECHECK_SOON_S", 0.01),
            mock.patch(
                "emotionweb.live.services.access_state", side_effect=OperationalError("gone")
            ),
        ):
            socket = (await self.browser(self.alice)).socket()
            await socket.open()
            await self.assert_ended(socket, "unavailable", 4503)


@pytest.mark.services
class BadInputTestCase(SocketTestCase):
    async def both(self) -> tuple[Socket, Socket]:
        """Alice, who behaves badly, and Bob, who must not notice."""
        alices, bobs = [(await self.browser(user)).socket() for user in (self.alice, self.bob)]
        await alices.open()
        await bobs.open()
        return alices, bobs

    async def assert_refused(self, message: dict[str, object], code: str, seq: object) -> None:
        self.assertEqual((message["type"], message["code"], message["seq"]), ("error", code, seq))
        self.assertTrue(str(message["message"]).endswith("."))

    async def test_pictures_that_are_none_are_named_for_what_they_are(self) -> None:
        alices, bobs = await self.both()
        for seq, (data, code) in enumerate(
            [
                (SVG, "not_an_image"),
                (b"\x89PNG\r\n\x1a\n" + b"\x00" * 64, "not_an_image"),
                (b"\xff\xd8\xff", "not_an_image"),
                (b"\x00", "not_an_image"),
                (HUGE, "too_large"),
                (jpeg(8, 8), "too_large"),
                (NOISE + b"\x00" * 900_000, "too_large"),
                (NOISE[: len(NOISE) // 2], "truncated"),
            ]
        ):
            await self.assert_refused(await alices.ask(seq, data), code, seq)
        self.assertEqual((await alices.ask(99))["type"], "result")
        self.assertEqual((await bobs.ask(1))["type"], "result")

    async def test_texts_that_mean_nothing(self) -> None:
        alices, _ = await self.both()
        for text in ("hello", '{"type":"explode"}', '{"type":"select"}', "x" * 5000, "[" * 3000):
            await alices.send_to(text_data=text)
            await self.assert_refused(await alices.hear(), "bad_message", None)
        await alices.send_to(bytes_data=b"\x00\x00\x01")
        await self.assert_refused(await alices.hear(), "bad_message", None)
        self.assertEqual((await alices.ask(1))["type"], "result")

    async def test_an_error_speaks_the_language_of_the_person(self) -> None:
        with mock.patch("emotionweb.live.messages.SENTENCES") as sentences:
            from django.utils.translation import get_language

            sentences.__getitem__.side_effect = lambda code: get_language()
            self.bob.language = "zh-hans"
            await self.bob.asave()
            for user, language in ((self.alice, "en"), (self.bob, "zh-hans")):
                socket = (await self.browser(user)).socket(language=b"en")
                await socket.open()
                self.assertEqual((await socket.ask(1, SVG))["message"], language)
            socket = (await self.browser(self.alice)).socket(language=b"zh-CN,zh;q=0.9")
            await socket.open()
            self.assertEqual((await socket.ask(1, SVG))["message"], "zh-hans")

    async def test_ten_bad_ones_on_end_close_the_socket_and_keep_what_was_seen(self) -> None:
        alices, bobs = await self.both()
        await alices.watch(5)
        for seq in range(10):
            await self.assert_refused(await alices.ask(seq, SVG), "not_an_image", seq)
        self.assertEqual(await alices.closed(), 4400)
        self.assertAlmostEqual(await seconds_of(self.alice), 2.0)
        self.assertEqual((await bobs.ask(1))["type"], "result")

    async def test_good_ones_between_bad_ones_are_forgiving(self) -> None:
        alices, _ = await self.both()
        for seq in range(25):
            self.assertEqual((await alices.ask(seq, SVG))["type"], "error")
            self.assertEqual((await alices.ask(seq))["type"], "result")

    async def test_frames_without_waiting_are_dropped_but_the_newest(self) -> None:
        alices, bobs = await self.both()
        with self.held():
            for seq in range(1, 6):
                await alices.show(seq)
            dropped = [await alices.hear() for _ in range(3)]
        self.assertEqual(dropped, [{"type": "dropped", "seq": seq} for seq in (2, 3, 4)])
        self.assertEqual([(await alices.hear())["seq"] for _ in range(2)], [1, 5])
        self.assertEqual((await bobs.ask(1))["type"], "result")

    async def test_every_frame_is_answered_once_before_the_summary(self) -> None:
        alices, _ = await self.both()
        with self.held():
            for seq in range(3):
                await alices.show(seq)
            await alices.command("stop")
            answers = [await alices.hear(), await alices.hear()]
        answers += [await alices.hear(), await alices.hear()]
        self.assertEqual(
            [(answer["type"], answer.get("seq")) for answer in answers],
            [("dropped", 1), ("dropped", 2), ("result", 0), ("summary", None)],
        )
        self.assertEqual(await alices.closed(), 1000)

    async def test_a_flood_is_told_and_then_cut_off(self) -> None:
        alices, bobs = await self.both()
        seconds = [5000.0 + second for second in range(5) for _ in range(70)]
        clock = mock.Mock(monotonic=mock.Mock(side_effect=seconds))
        with mock.patch("emotionweb.live.consumer.time", clock):
            for seq in range(len(seconds)):
                await alices.show(seq)
            said = []
            while (output := await alices.receive_output(PATIENCE_S))["type"] == "websocket.send":
                said.append(output["text"])
        self.assertEqual(output["code"], 4429)
        self.assertEqual(sum("too_fast" in text for text in said), 5)
        self.assertEqual((await bobs.ask(1))["type"], "result")

    async def test_a_bug_is_not_blamed_on_the_person(self) -> None:
        alices, _ = await self.both()
        for pipeline in self.pipelines():
            pipeline.failure = RuntimeError("tensor on fire")
        for seq in range(10):
            await self.assert_refused(await alices.ask(seq), "unavailable", seq)
        self.assertEqual(await alices.closed(), 4503)


class ModelTestCase(SocketTestCase):
    async def test_a_connected_socket_hears_of_another_model_and_goes_on(self) -> None:
        socket = (await self.browser(self.alice)).socket()
        await socket.open()
        await socket.watch(5)
        await sync_to_async(self.engine.swap, thread_sensitive=False)(self.bundle() / "../m-2")
        self.assertEqual(await socket.ask(5), {"type": "model", "model": "m-2"})
        self.assertEqual((await socket.hear())["seq"], 5)
        await socket.watch(4)
        await socket.finish()
        rows = [row async for row in Observation.objects.order_by("start")]
        self.assertEqual([row.model_version for row in rows], ["m-1", "m-2"])
        log = await DailyEmotionLog.objects.aget()
        self.assertEqual(log.model_versions, ["m-1", "m-2"])

    async def test_without_a_usable_model_it_says_so(self) -> None:
        self.bundle.return_value = self.bundle() / "broken"
        socket = (await self.browser(self.alice)).socket()
        message = await socket.open()
        self.assertEqual((message["type"], message["code"]), ("error", "unavailable"))
        self.assertEqual(await socket.closed(), 4503)
        self.assertFalse(await LiveSession.objects.aexists())
