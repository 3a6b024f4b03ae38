"""A browser shows a clip's pictures at the times that stand in its samples."""

import base64

import pytest

from inference.video.decode import frames
from inference.video.probe import probe
from inference.video.proxy import make_proxy
from tests.video_files import every, gray_steps, write_clip

pytestmark = pytest.mark.browser

#: Seeks, then tells what is shown: the browser's time of the picture, and how light it is.
_SEEK = """async ([url, times]) => {
  const video = document.createElement("video");
  video.muted = true;
  document.body.append(video);
  const shown = () =>
    new Promise((done) => video.requestVideoFrameCallback((_, data) => done(data.mediaTime)));
  const first = shown();
  await new Promise((done, failed) => {
    video.onloadeddata = done;
    video.onerror = () => failed(video.error.message);
    video.src = url;
  });
  await first;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 4;
  const pen = canvas.getContext("2d");
  const seen = [];
  for (const at of times) {
    const next = shown();
    video.currentTime = at;
    const mediaTime = await next;
    pen.drawImage(video, 0, 0, 4, 4);
    seen.push([mediaTime, pen.getImageData(1, 1, 1, 1).data[1]]);
  }
  return { duration: video.duration, seen };
}"""


def _shown(chromiums, path, times):
    kind = "video/webm" if path.suffix == ".webm" else "video/mp4"
    url = f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"
    page = chromiums.with_camera("none").new_page()
    try:
        return page.evaluate(_SEEK, [url, times])["seen"]
    finally:
        page.close()


CLIPS = {
    "plain.mp4": {},
    "sound-first.mp4": {"sound": "aac", "start_s": 0.5, "sound_s": (0.0, 2.5)},
    "plain.webm": {"codec": "libvpx"},
    "late.mp4": {"start_s": 2.0},
    "late.webm": {"codec": "libvpx", "start_s": 3.0},
    "recording.webm": {"codec": "libvpx", "muxer": {"live": "1"}},
    "matroska.mkv": {"sound": "libopus"},
}


@pytest.mark.parametrize("name", CLIPS)
def test_the_pictures_shown_are_those_of_the_samples(chromiums, tmp_path, name):
    how = dict(CLIPS[name])
    times = every(2.0, 10.0, start_s=how.pop("start_s", 0.0))
    path = write_clip(tmp_path / name, gray_steps(20), times, **how)
    expected = [(at, float(picture.mean())) for at, picture in frames(path)]
    needs_proxy = not name.startswith(("plain", "sound"))
    assert bool(probe(path).unplayable) == needs_proxy
    if needs_proxy:
        make_proxy(path, tmp_path / "proxy.mp4")
        path = tmp_path / "proxy.mp4"
    wanted = [expected[i] for i in (13, 4, 9, 18)]
    seen = _shown(chromiums, path, [at + 0.04 for at, _ in wanted])
    for (media_time, light), (at, mean) in zip(seen, wanted, strict=True):
        assert media_time == pytest.approx(at, abs=0.0015)
        assert light == pytest.approx(mean, abs=5)
