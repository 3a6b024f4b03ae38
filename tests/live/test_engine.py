import os
import queue
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest import mock

import pytest

from emotionweb.live.engine import Answer, Engine, Frame
from inference.bundle import CARD_FILE, TFLITE_FILE
from inference.errors import BundleCorruptError, FrameNotAnImageError
from tests.live.fakes import FakeLoader, jpeg

PATIENCE_S = 10
PICTURE = jpeg()


class Session:
    """A lane and what comes out of it."""

    def __init__(self, engine: Engine) -> None:
        self.answers: queue.Queue[Answer] = queue.Queue()
        self.lane = engine.open_lane(self.answers.put)

    def put(self, seq: int, data: bytes = PICTURE) -> int | None:
        """Returns the number of the frame that this one replaced."""
        replaced = self.lane.put(Frame(seq, data, float(seq)))
        return None if replaced is None else replaced.seq

    def answer(self) -> Answer:
        return self.answers.get(timeout=PATIENCE_S)


def wait_until(true: Callable[[], bool]) -> None:
    """Wait for what a thread is about to do."""
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.001)


@pytest.fixture
def loader() -> FakeLoader:
    return FakeLoader()


@pytest.fixture
def engine(loader: FakeLoader) -> Iterator[Engine]:
    """One thread, so that holding its pipeline holds everything."""
    engine = loader.engine(threads=1)
    engine.start(Path("m-1")).result(PATIENCE_S)
    yield engine
    for pipeline in loader.pipelines:
        pipeline.hold.set()
    engine.close()


def hold(loader: FakeLoader, session: Session, seq: int) -> None:
    """Let this frame into the thread and keep it there."""
    loader.pipelines[-1].hold.clear()
    session.put(seq)
    assert loader.pipelines[-1].entered.acquire(timeout=PATIENCE_S)


def test_a_frame_comes_back_with_its_faces_and_the_person(engine: Engine) -> None:
    session = Session(engine)
    session.put(7)
    answer = session.answer()
    assert answer.frame.seq == 7
    assert answer.error is None
    assert answer.result is not None
    assert answer.result.model_version == "m-1"
    assert answer.own is answer.result.faces[0]


def test_two_frames_are_kept_and_a_third_replaces_the_second(
    engine: Engine, loader: FakeLoader
) -> None:
    session = Session(engine)
    hold(loader, session, 1)
    assert session.put(2) is None
    assert session.put(3) == 2
    assert session.put(4) == 3
    loader.pipelines[-1].hold.set()
    assert [session.answer().frame.seq for _ in range(2)] == [1, 4]
    assert session.answers.empty()


def test_a_frame_that_still_stands_in_line_is_not_replaced(
    engine: Engine, loader: FakeLoader
) -> None:
    """Two unanswered frames are everybody's right, also when the threads are busy."""
    busy, session = Session(engine), Session(engine)
    hold(loader, busy, 1)
    assert [session.put(seq) for seq in (1, 2, 3)] == [None, None, 2]
    loader.pipelines[-1].hold.set()
    assert [session.answer().frame.seq for _ in range(2)] == [1, 3]


def test_a_waiting_frame_can_be_taken_back(engine: Engine, loader: FakeLoader) -> None:
    session = Session(engine)
    hold(loader, session, 1)
    session.put(2)
    taken = session.lane.rest()
    assert taken is not None
    assert taken.seq == 2
    assert session.lane.rest() is None
    loader.pipelines[-1].hold.set()
    assert session.answer().frame.seq == 1
    session.put(3)
    assert session.answer().frame.seq == 3


def test_sessions_take_turns_however_much_one_sends(engine: Engine, loader: FakeLoader) -> None:
    greedy, modest = Session(engine), Session(engine)
    order: list[str] = []
    greedy.lane = engine.open_lane(lambda answer: order.append("greedy"))
    done = threading.Event()
    modest.lane = engine.open_lane(lambda answer: (order.append("modest"), done.set()))
    hold(loader, greedy, 1)
    for seq in range(2, 50):
        greedy.put(seq)
    modest.put(1)
    loader.pipelines[-1].hold.set()
    assert done.wait(PATIENCE_S)
    assert order[:2] == ["greedy", "modest"]


def test_the_frames_of_a_session_go_through_one_at_a_time_and_in_order() -> None:
    engine = FakeLoader().engine(threads=4)
    engine.start(Path("m-1")).result(PATIENCE_S)
    sessions = [Session(engine) for _ in range(8)]
    for session in sessions:
        for seq in range(1, 40):
            session.put(seq)
            answer = session.answer()
            assert answer.frame.seq == seq
        times = session.lane._stream.times
        assert times == sorted(times)
    engine.close()


def test_an_answer_does_not_overtake_the_one_before() -> None:
    engine = FakeLoader().engine(threads=2)
    engine.start(Path("m-1")).result(PATIENCE_S)
    order: queue.Queue[int] = queue.Queue()

    def deliver(answer: Answer) -> None:
        if answer.frame.seq == 1:
            time.sleep(0.1)  # its thread has to wait for the processor just now
        order.put(answer.frame.seq)

    lane = engine.open_lane(deliver)
    for seq in (1, 2):
        lane.put(Frame(seq, PICTURE, float(seq)))
    assert [order.get(timeout=PATIENCE_S) for _ in range(2)] == [1, 2]
    engine.close()


def test_a_browser_that_knows_an_answer_may_send_its_next_frame() -> None:
    """Two unanswered frames are its right however late the thread gets on."""
    engine = FakeLoader().engine(threads=1)
    engine.start(Path("m-1")).result(PATIENCE_S)
    answered = threading.Event()

    def deliver(answer: Answer) -> None:
        answered.set()
        time.sleep(0.1)

    lane = engine.open_lane(deliver)
    for seq in (1, 2):
        lane.put(Frame(seq, PICTURE, float(seq)))
    assert answered.wait(PATIENCE_S)
    assert lane.put(Frame(3, PICTURE, 3.0)) is None
    engine.close()


def test_a_session_that_is_over_leaves_nothing_in_the_threads(engine: Engine) -> None:
    session = Session(engine)
    session.put(1)
    session.answer()
    lane, stream = weakref.ref(session.lane), weakref.ref(session.lane._stream)
    del session
    wait_until(lambda: lane() is None and stream() is None)


def test_a_pause_forgets_the_last_picture(engine: Engine, loader: FakeLoader) -> None:
    session = Session(engine)
    stream = session.lane._stream
    session.put(1)
    session.answer()
    assert stream.has_picture
    session.lane.rest()
    assert not stream.has_picture

    hold(loader, session, 2)
    session.lane.rest()
    loader.pipelines[-1].hold.set()
    session.answer()
    wait_until(lambda: not stream.has_picture)

    session.put(3)
    session.answer()
    assert stream.has_picture


def test_a_bad_picture_is_an_error_of_its_own_frame_only(engine: Engine) -> None:
    session, other = Session(engine), Session(engine)
    session.put(1, b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    assert isinstance(session.answer().error, FrameNotAnImageError)
    for one in (session, other):
        one.put(2)
        assert one.answer().error is None


def test_a_bug_in_the_pipeline_does_not_end_the_thread(engine: Engine, loader: FakeLoader) -> None:
    session = Session(engine)
    loader.pipelines[0].failure = RuntimeError("tensor on fire")
    session.put(1)
    assert str(session.answer().error) == "tensor on fire"
    loader.pipelines[0].failure = None
    session.put(2)
    assert session.answer().error is None


def test_the_chosen_face_is_the_person_from_the_next_frame_on(
    engine: Engine, loader: FakeLoader
) -> None:
    from tests.live.fakes import face

    loader.pipelines[0].faces = (face(1), face(2))
    session = Session(engine)
    session.lane.select(2)
    session.put(1)
    own = session.answer().own
    assert own is not None
    assert own.track_id == 2


# === Starting ===


def test_starting_returns_at_once_and_once_is_enough(loader: FakeLoader) -> None:
    engine = loader.engine(threads=3)
    first, second = engine.start(Path("m-1")), engine.start(Path("m-1"))
    assert first is second
    assert first.result(PATIENCE_S) == "m-1"
    engine.close()
    assert len(loader.pipelines) == 3
    assert len(loader.opened) == 1, "the threads share the bundle: it is read and checked once"


def test_a_start_that_failed_says_why_and_can_be_tried_again(loader: FakeLoader) -> None:
    engine = loader.engine(threads=1)
    with pytest.raises(BundleCorruptError, match="broken"):
        engine.start(Path("broken")).result(PATIENCE_S)
    assert engine.start(Path("m-1")).result(PATIENCE_S) == "m-1"
    engine.close()


def test_one_who_gives_up_waiting_does_not_stop_the_start_for_others(loader: FakeLoader) -> None:
    engine = loader.engine(threads=1)
    assert engine.start(Path("m-1")).cancel() is False
    assert engine.start(Path("m-1")).result(PATIENCE_S) == "m-1"
    engine.close()


# === Going over to another model ===


def test_a_swap_loses_no_frame_and_keeps_the_session(engine: Engine, loader: FakeLoader) -> None:
    session = Session(engine)
    hold(loader, session, 1)
    session.put(2)
    old = loader.pipelines[0]
    assert engine.swap(Path("m-2")) == "m-2"
    old.hold.set()
    versions = [session.answer().result.model_version for _ in range(2)]
    assert versions == ["m-1", "m-2"]
    assert session.lane._stream.times == [1.0, 2.0]


def test_a_broken_bundle_leaves_the_old_one_running(engine: Engine) -> None:
    session = Session(engine)
    with pytest.raises(BundleCorruptError, match="broken"):
        engine.swap(Path("broken"))
    session.put(1)
    assert session.answer().result.model_version == "m-1"


def test_swapping_under_load_answers_every_frame(loader: FakeLoader) -> None:
    engine = loader.engine(threads=2)
    engine.start(Path("m-0")).result(PATIENCE_S)
    sessions = [Session(engine) for _ in range(6)]
    stop = threading.Event()

    def swap_on_and_on() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            engine.swap(Path(f"m-{number}"))

    swapping = threading.Thread(target=swap_on_and_on)
    swapping.start()
    for seq in range(60):
        for session in sessions:
            session.put(seq)
        for session in sessions:
            answer = session.answer()
            assert (answer.frame.seq, answer.error) == (seq, None)
    stop.set()
    swapping.join()
    engine.close()


def put_bundle(folder: Path, network: bytes = b"whole") -> None:
    folder.mkdir(exist_ok=True)
    (folder / CARD_FILE).write_text("{}")
    (folder / TFLITE_FILE).write_bytes(network)


def version_after_following(engine: Engine, bundle: Path) -> str:
    before = set(threading.enumerate())
    engine.follow(bundle)
    for thread in set(threading.enumerate()) - before:
        thread.join(PATIENCE_S)
    session = Session(engine)
    session.put(1)
    return session.answer().result.model_version


def test_a_bundle_that_is_replaced_is_followed(loader: FakeLoader, tmp_path: Path) -> None:
    first, second = tmp_path / "m-1", tmp_path / "m-2"
    for bundle in (first, second):
        put_bundle(bundle)
    engine = loader.engine(threads=1)
    engine.start(first).result(PATIENCE_S)

    assert version_after_following(engine, first) == "m-1"
    assert len(loader.pipelines) == 1, "the same bundle is not loaded again"

    assert version_after_following(engine, second) == "m-2"
    os.utime(second / CARD_FILE, (1, 1))
    assert version_after_following(engine, second) == "m-2"
    assert len(loader.opened) == 3, "a new card in the same folder is a new bundle"

    assert version_after_following(engine, tmp_path / "not there yet") == "m-2"
    engine.close()


def test_a_broken_bundle_is_told_once(
    loader: FakeLoader, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    first, broken = tmp_path / "m-1", tmp_path / "broken"
    for bundle in (first, broken):
        put_bundle(bundle)
    engine = loader.engine(threads=1)
    engine.start(first).result(PATIENCE_S)
    for _ in range(3):
        assert version_after_following(engine, broken) == "m-1"
    with mock.patch("emotionweb.live.engine.RETRY_S", 0):
        engine._try_again_at = 0.0
        for _ in range(3):
            assert version_after_following(engine, broken) == "m-1"
    assert caplog.text.count("cannot be used; the one before goes on") == 1
    engine.close()


def test_a_bundle_that_is_replaced_file_by_file_is_taken_up(
    loader: FakeLoader, tmp_path: Path
) -> None:
    first, second = tmp_path / "m-1", tmp_path / "m-2"
    put_bundle(first)
    put_bundle(second, b"half")
    engine = loader.engine(threads=1)
    engine.start(first).result(PATIENCE_S)
    assert version_after_following(engine, second) == "m-1"
    (second / TFLITE_FILE).write_bytes(b"whole")
    assert version_after_following(engine, second) == "m-2"
    engine.close()


def test_a_bundle_that_failed_for_another_reason_is_tried_again_later(
    loader: FakeLoader, tmp_path: Path
) -> None:
    first, second = tmp_path / "m-1", tmp_path / "m-2"
    for bundle in (first, second):
        put_bundle(bundle)
    engine = loader.engine(threads=1)
    engine.start(first).result(PATIENCE_S)
    with (
        mock.patch("emotionweb.live.engine.RETRY_S", 0.2),
        mock.patch.object(engine, "swap", side_effect=MemoryError),
    ):
        assert version_after_following(engine, second) == "m-1"
    assert version_after_following(engine, second) == "m-1"
    time.sleep(0.25)
    assert version_after_following(engine, second) == "m-2"
    engine.close()
