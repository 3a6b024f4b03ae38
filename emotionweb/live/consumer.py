"""The live socket: frames in, expressions out. See ``protocol`` for what is said on it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable
from contextlib import suppress
from typing import Any
from uuid import uuid4

from channels.consumer import get_handler_name
from channels.generic.websocket import AsyncWebsocketConsumer
from django.db import DatabaseError
from django.utils import timezone, translation

from emotionweb.accounts.models import User
from emotionweb.live import calibration, handshake, messages, protocol, services
from emotionweb.live.conduct import Conduct, Pace
from emotionweb.live.database import reading, writing
from emotionweb.live.engine import Answer, Frame, Lane
from emotionweb.live.guard import Guard
from emotionweb.live.keeper import Keeper
from emotionweb.live.protocol import CloseCode, Command, Control, ErrorCode, ProtocolError
from emotionweb.live.recognition import process_engine
from emotionweb.live.services import Access, EndReason
from inference.errors import FrameError

logger = logging.getLogger(__name__)

#: After so long without anything to store a socket says that it is there.
TOUCH_S = 15.0
#: How long a closing socket waits for its last frames and for the database.
DRAIN_S = 5.0

ENDINGS = {
    Access.NOT_LOGGED_IN: (CloseCode.NOT_LOGGED_IN, ErrorCode.NOT_LOGGED_IN, EndReason.LOGGED_OUT),
    Access.NO_CONSENT: (CloseCode.CONSENT, ErrorCode.CONSENT, EndReason.CONSENT_WITHDRAWN),
    Access.TAKEN_OVER: (CloseCode.TAKEN_OVER, ErrorCode.TAKEN_OVER, EndReason.DISCONNECTED),
    Access.SESSION_GONE: (CloseCode.SESSION_GONE, None, EndReason.DISCONNECTED),
    Access.UNKNOWN: (CloseCode.UNAVAILABLE, ErrorCode.UNAVAILABLE, EndReason.DISCONNECTED),
}


#: Channel group of all sockets.
EVERYBODY = "live.everybody"


def group_of(user_id: int) -> str:
    """Name of the channel group of a person's sockets."""
    return f"live.user.{user_id}"


def _follow_active_version() -> None:
    # In a database thread: it asks which version that is, and looks at its files.
    process_engine().follow(services.active_bundle_path())


class LiveConsumer(AsyncWebsocketConsumer):
    """One socket.

    ``receive`` hands a frame to the lane and returns; one task sends the answers, another
    checks that the socket may go on. Whichever way the socket ends, ``_leave`` stores the rest.
    """

    async def __call__(self, *application: Any) -> None:
        self._lane: Lane | None = None
        self._keeper: Keeper | None = None
        self._guard: Guard | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._leaving = asyncio.Lock()
        self._group = ""
        try:
            await super().__call__(*application)
        finally:
            # Also when the server shuts down, which cancels this without a disconnect.
            await self._leave(EndReason.DISCONNECTED)

    async def dispatch(self, message: dict[str, Any]) -> None:
        """As in Channels, but without a hop to the database thread before every frame.

        What reads the database here does so in a thread that minds its connection itself.
        """
        await getattr(self, get_handler_name(message))(message)

    # === Beginning ===

    async def connect(self) -> None:
        await self.accept()
        self._language = handshake.language(self.scope)
        self._conduct = Conduct()
        self._paused = False
        self._unanswered = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._answers: asyncio.Queue[Answer] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()
        self._holder = uuid4().hex
        self._user_id = self.scope["user"].pk
        self._login_key = self.scope["session"].session_key or ""
        access = await reading(services.login_state, self._user_id, self._login_key)
        if access is not Access.GRANTED:
            await self._end(access)
            return
        try:
            await self._open()
        except User.DoesNotExist:
            await self._end(Access.NOT_LOGGED_IN)
        except Exception:
            logger.exception("A live session could not be opened.")
            await self._give_up(CloseCode.UNAVAILABLE, ErrorCode.UNAVAILABLE)

    async def _open(self) -> None:
        engine = process_engine()
        bundle = await reading(services.active_bundle_path)
        self._model = await asyncio.wrap_future(engine.start(bundle))
        engine.follow(bundle)  # which it was not told of while no socket was open
        self._group = group_of(self._user_id)
        for group in (self._group, EVERYBODY):
            await self.channel_layer.group_add(group, self.channel_name)
        opened = await writing(
            services.open_session,
            self._user_id,
            handshake.requested_session(self.scope),
            self._holder,
            self._model,
            timezone.now(),
        )
        # Whoever held the session until now finds out at once.
        await self.channel_layer.group_send(self._group, {"type": "access.changed"})
        self._session_id = opened.session.pk
        calibrates = handshake.is_calibration(self.scope)
        baseline = None if calibrates else await reading(calibration.in_use, self._user_id)
        self._keeper = Keeper(
            self._session_id, self._holder, opened.not_before, records=not calibrates
        )
        self._lane = engine.open_lane(self._deliver, baseline)
        await self._say(messages.ready(opened.session.pk, opened.resumed, self._model))
        self._in_background(self._reply())
        self._guard = Guard(self._ask, self._granted)
        self._in_background(self._watch(self._guard))

    # === From the browser ===

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        at = time.monotonic()
        pace = self._conduct.message(at)
        if self._lane is None or self._keeper is None or pace is Pace.IGNORE:
            return
        if pace is Pace.GIVE_UP:
            await self._give_up(CloseCode.TOO_FAST, ErrorCode.TOO_FAST)
        elif pace is Pace.TELL:
            await self._say_error(ErrorCode.TOO_FAST)
        else:
            try:
                if bytes_data is not None:
                    await self._frame(bytes_data, at, self._lane)
                else:
                    control = protocol.parse_control(text_data or "")
                    self._conduct.good()
                    await self._obey(control, self._lane, self._keeper)
            except ProtocolError as error:
                await self._refuse(error.code)

    async def _frame(self, data: bytes, at: float, lane: Lane) -> None:
        seq, jpeg = protocol.parse_frame(data)
        if self._paused:
            await self._say({"type": "dropped", "seq": seq})
            return
        replaced = lane.put(Frame(seq, jpeg, at))
        if replaced is not None:
            await self._say({"type": "dropped", "seq": replaced.seq})
            return
        self._unanswered += 1
        self._idle.clear()

    async def _obey(self, control: Control, lane: Lane, keeper: Keeper) -> None:
        if control.track is not None:
            lane.select(control.track)
        elif control.command is Command.RESUME:
            self._paused = False
            await self._say({"type": "resumed"})
        else:
            self._paused = True
            await self._drain(lane)
            keeper.pause()
            if control.command is Command.STOP:
                await self._stop()
            else:
                await self._say({"type": "paused"})

    async def _stop(self) -> None:
        session_id = self._session_id
        await self._leave(EndReason.STOPPED)
        try:
            summary = await reading(services.summary, session_id)
        except DatabaseError:
            logger.exception("There is no summary of a live session.")
            await self._give_up(CloseCode.UNAVAILABLE, ErrorCode.UNAVAILABLE)
            return
        if summary is not None:
            await self._say(messages.summary_of(summary))
        await self._shut(CloseCode.NORMAL)

    async def _drain(self, lane: Lane) -> None:
        """Wait until what is being analysed is answered; what stands behind it is dropped."""
        if (frame := lane.rest()) is not None:
            self._answered()
            await self._say({"type": "dropped", "seq": frame.seq})
        with suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), DRAIN_S)

    # === From the engine ===

    def _deliver(self, answer: Answer) -> None:
        # In a thread of the engine. The loop is closed when the process is about to end.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._answers.put_nowait, answer)

    async def _reply(self) -> None:
        while True:
            answer = await self._answers.get()
            if answer.result is not None:
                await self._say_result(answer)
            elif isinstance(answer.error, FrameError):
                await self._refuse(protocol.code_of(answer.error), answer.frame.seq)
            else:
                logger.error("A frame could not be analysed.", exc_info=answer.error)
                await self._refuse(ErrorCode.UNAVAILABLE, answer.frame.seq)
            del answer  # and with it the picture, which the next one may be long after
            self._answered()

    async def _say_result(self, answer: Answer) -> None:
        result = answer.result
        if result is None or self._keeper is None:
            return
        self._conduct.good()
        if result.model_version != self._model:
            self._model = result.model_version
            await self._say({"type": "model", "model": self._model})
        await self._say(messages.result_of(answer.frame.seq, result, answer.own))
        self._keeper.saw(answer.frame.at, answer.own, result.model_version)

    def _answered(self) -> None:
        self._unanswered -= 1
        if self._unanswered == 0:
            self._idle.set()

    # === Whether it may go on ===

    async def access_changed(self, event: dict[str, Any]) -> None:
        """Something happened to this person's access, or another tab came: look at once."""
        if self._guard is not None:
            self._guard.look_now()

    async def model_changed(self, event: dict[str, Any]) -> None:
        """Another version was promoted: look at once."""
        if self._guard is not None:
            self._guard.look_now()

    async def _watch(self, guard: Guard) -> None:
        await self._end(await guard.until_denied())

    async def _ask(self) -> Access:
        access = await reading(
            services.access_state, self._user_id, self._login_key, self._session_id, self._holder
        )
        if access is Access.GRANTED:
            await reading(_follow_active_version)
        return access

    def _granted(self) -> None:
        if self._keeper is not None and self._loop.time() - self._keeper.touched_at >= TOUCH_S:
            self._keeper.touch()

    # === Ending ===

    async def disconnect(self, code: int) -> None:
        await self._leave(EndReason.DISCONNECTED)

    async def _end(self, access: Access) -> None:
        close_code, error_code, reason = ENDINGS[access]
        await self._leave(reason)
        await self._give_up(close_code, error_code)

    async def _give_up(self, close_code: CloseCode, error_code: ErrorCode | None) -> None:
        await self._leave(EndReason.DISCONNECTED)
        if error_code is not None:
            await self._say_error(error_code)
        await self._shut(close_code)

    async def _leave(self, reason: EndReason) -> None:
        """Take nothing more in, store what there is and let go of the session. Once."""
        async with self._leaving:
            keeper, self._keeper, self._lane = self._keeper, None, None
            for task in self._tasks - {asyncio.current_task()}:
                task.cancel()
            if keeper is not None:
                await keeper.stored(within=DRAIN_S)
                await self._let_go(reason)
            if self._group:
                groups, self._group = (self._group, EVERYBODY), ""
                for group in groups:
                    await self.channel_layer.group_discard(group, self.channel_name)

    async def _let_go(self, reason: EndReason) -> None:
        try:
            await writing(services.close, self._session_id, self._holder, reason, timezone.now())
        except DatabaseError as error:
            logger.warning("A live session stays open until it is swept: %s", error)

    # === To the browser ===

    async def _say(self, message: messages.ServerMessage) -> None:
        await self.send(text_data=messages.encode(message))

    async def _say_error(self, code: ErrorCode, seq: int | None = None) -> None:
        with translation.override(self._language):
            await self._say(messages.error(code, seq))

    async def _shut(self, code: CloseCode) -> None:
        await self.close(code.value)  # Daphne takes an int and no subclass of it

    async def _refuse(self, code: ErrorCode, seq: int | None = None) -> None:
        """Say what was wrong with a message; after too many on end, say no more."""
        await self._say_error(code, seq)
        if self._conduct.bad():
            ours = code is ErrorCode.UNAVAILABLE
            await self._leave(EndReason.DISCONNECTED)
            await self._shut(CloseCode.UNAVAILABLE if ours else CloseCode.BAD_INPUT)

    def _in_background(self, work: Awaitable[None]) -> None:
        async def guarded() -> None:
            try:
                await work
            except Exception:
                logger.exception("A live socket failed.")
                await self._give_up(CloseCode.UNAVAILABLE, ErrorCode.UNAVAILABLE)

        task = asyncio.create_task(guarded())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
