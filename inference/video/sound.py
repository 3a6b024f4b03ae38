"""The sound of a clip on its way into another file, as AAC and in step with the pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any, cast

import av
import av.error
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container.output import OutputContainer
from av.packet import Packet

from inference.video.source import Source

_BIT_RATE = 128_000
_RATES = {32_000, 44_100, 48_000}
#: Pauses and overlaps shorter than this are rounding; longer ones are kept, so that sound and
#: picture stay together.
_DRIFT_S = 0.05


class Sound:
    """Turns packets of one sound track into packets of another file.

    Attributes:
        stream: the track that is read; ``None`` where there is none that can be decoded.
    """

    def __init__(self, source: Source, out: OutputContainer) -> None:
        self._source, self._out = source, out
        self.stream = _best(source)
        if self.stream is None:
            return
        rate = self.stream.codec_context.sample_rate
        self._rate = rate if rate in _RATES else 48_000
        layout = "mono" if self.stream.codec_context.channels == 1 else "stereo"
        self._track = out.add_stream("aac", rate=self._rate, layout=layout)
        self._track.bit_rate = _BIT_RATE
        self._resampler = AudioResampler(format="fltp", layout=layout, rate=self._rate)
        self._layout = layout
        #: Samples written so far, counted from time 0; ``None`` before the first.
        self._written: int | None = None

    def take(self, packets: Sequence[Packet[Any]]) -> None:
        """Read packets of the track and write what comes of them."""
        for packet in packets:
            try:
                frames = packet.decode()
            except av.error.FFmpegError:
                continue  # silence is put in its place
            for frame in frames:
                self._write(cast(AudioFrame, frame))

    def end(self) -> None:
        """Write what is left."""
        if self.stream is not None and self._written is not None:
            self._out.mux(self._track.encode(None))

    def _write(self, frame: AudioFrame) -> None:
        at = self._source.at_s(frame.pts, frame.time_base)
        frame.pts = None
        for part in self._resampler.resample(frame):
            for piece in self._placed(part, at):
                self._out.mux(self._track.encode(piece))
            at = None if at is None else at + part.samples / self._rate

    def _placed(self, part: AudioFrame, at_s: float | None) -> Iterator[AudioFrame]:
        """The encoder takes samples without gaps: fill them, and leave out what comes twice."""
        first = round(at_s * self._rate) if at_s is not None else None
        if self._written is None:
            self._written = max(first or 0, 0)
        if first is not None:
            gap = first - self._written
            if gap > _DRIFT_S * self._rate:
                while gap > 0:
                    length = min(gap, self._rate)
                    yield self._numbered(self._silence(length))
                    gap -= length
            elif gap < -_DRIFT_S * self._rate:
                return
        yield self._numbered(part)

    def _numbered(self, frame: AudioFrame) -> AudioFrame:
        assert self._written is not None
        frame.pts, frame.time_base = self._written, Fraction(1, self._rate)
        self._written += frame.samples
        return frame

    def _silence(self, samples: int) -> AudioFrame:
        channels = 1 if self._layout == "mono" else 2
        frame = AudioFrame.from_ndarray(
            np.zeros((channels, samples), np.float32), format="fltp", layout=self._layout
        )
        frame.sample_rate = self._rate
        return frame


def _best(source: Source) -> AudioStream | None:
    stream = source.container.streams.best("audio")
    if stream is None or cast(Any, stream.codec_context) is None:
        return None
    sound = cast(AudioStream, stream)
    return sound if sound.codec_context.sample_rate and sound.codec_context.channels else None
