"""The whole examination of the shipped bundle, its page, and the commands."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import cv2
import numpy as np
import pytest

from inference.align import CropConfig
from inference.bundle import Bundle
from inference.cli import main
from inference.data.faces import FaceSet
from inference.errors import BundleIncompatibleError, DataError
from inference.evaluation import crop_search, tables
from inference.evaluation.crop_tables import crops, marginals
from inference.evaluation.end_to_end import ROLLS_DEG, SIZES_PX, grid, score_placed
from inference.evaluation.examine import examine, units
from inference.evaluation.page import draw, write_report
from inference.evaluation.placed import Placement
from inference.evaluation.plots import DARK, LIGHT, class_colours
from inference.labels import LABEL_SETS
from inference.pipeline import FacePipeline, PipelineConfig
from tests.drawn_faces import drawn_faces
from tests.inference.conftest import SHIPPED
from tests.inference.pictures import astronaut, portrait

HAPPINESS = 1


def _smiles(n=12, side=48):
    """The astronaut's smile in n lights, which every face detector finds."""
    crop = cv2.cvtColor(portrait(112, 112, face_px=95), cv2.COLOR_BGR2GRAY)
    small = cv2.resize(crop, (side, side), interpolation=cv2.INTER_AREA).astype(float)
    faces = [np.clip(small * (0.7 + 0.05 * i), 0, 255).astype(np.uint8) for i in range(n)]
    votes = np.zeros((n, 10), np.float32)
    votes[:, HAPPINESS] = 10
    return FaceSet.of(
        np.stack(faces),
        np.full(n, HAPPINESS),
        votes=votes,
        split="PublicTest",
        source=[f"smile <{i}>" for i in range(n)],
    )


@pytest.fixture(scope="module")
def mixed():
    """Smiles and drawn faces, so that there are right and wrong answers."""
    smiles, drawn = _smiles(), drawn_faces(48, seed=1)
    return FaceSet.of(
        np.concatenate([smiles.faces_gray, drawn.faces_gray]),
        np.concatenate([smiles.expression, drawn.expression]),
        votes=np.concatenate([smiles.votes, drawn.votes]),
        split="PublicTest",
        source=[*smiles.source, *drawn.source],
    )


@pytest.fixture(scope="module")
def found(mixed):
    bundle = Bundle.load(SHIPPED)
    places = (Placement(), Placement(face_px=160))
    return examine(
        bundle, mixed, data="drawn <b>", split="PublicTest", reference=False, placements=places
    )


class _Page(HTMLParser):
    """Collects what a page loads, its text, its tables' cells."""

    def __init__(self):
        super().__init__()
        self.loads, self.text, self.tags = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        for name, value in attrs:
            if name in ("src", "href", "srcset"):
                self.loads.append(value)
            if name == "alt":
                assert value

    def handle_data(self, data):
        self.text.append(data)


def test_it_measures_what_the_network_says(found, mixed):
    main_view = found.main
    assert main_view.view.key == "ferplus8/plurality"
    smiles = main_view.view.rows < 12
    assert main_view.view.right[smiles].mean() > 0.9
    assert main_view.scores.n == len(mixed)
    assert main_view.intervals.accuracy.value == main_view.scores.accuracy
    assert main_view.scores.accuracy <= main_view.top2 <= main_view.top3
    assert found.main_calibration.risk.risk_at(1.0) == pytest.approx(1 - main_view.scores.accuracy)


def test_the_smiles_are_found_in_larger_pictures_and_lose_nothing(bundle):
    smiles = _smiles()
    pipeline = FacePipeline.load(bundle, PipelineConfig(redetect_s=0.0))
    truth = np.full(len(smiles), HAPPINESS)
    places = [Placement(), Placement(roll_deg=30), Placement(face_px=160, roll_deg=-15)]
    for score in score_placed(pipeline, smiles.faces_gray, truth, places):
        assert score.found == score.n == 12
        assert score.bare == 1
        assert score.placed == 1
        assert (score.gain.low, score.gain.high) == (0, 0)


def test_the_grid_has_every_size_and_rotation_and_small_faces_near():
    places = grid()
    live = {(p.face_px, p.roll_deg) for p in places if p.frame_wh == (320, 240)}
    assert live == {(px, roll) for px in SIZES_PX for roll in ROLLS_DEG}
    near = [p for p in places if p.frame_wh != (320, 240)]
    assert [(p.face_px, p.frame_wh) for p in near] == [(48, (154, 115)), (64, (205, 154))]


def test_a_hopeless_crop_is_found_out(bundle):
    smiles = _smiles(6)
    hopeless = CropConfig(scale=0.3, raise_by=0.5)
    configs = [bundle.card.crop, hopeless]
    found = crop_search.search(
        bundle, smiles.faces_gray, np.full(6, HAPPINESS), configs, placements=[Placement()]
    )
    assert found.bare == 1
    assert [score.config for score in found.scores] == configs
    assert found.scores[0].accuracy == 1
    assert found.scores[0].gain.value == 0
    assert found.scores[1].gain.high < 0
    assert "scale 0.30" in crops(found).to_text()
    assert "scale 1.17" in marginals(found).to_text()


def test_no_crop_is_chosen_where_no_face_is_found(bundle):
    black = np.zeros((2, 48, 48), np.uint8)
    with pytest.raises(DataError, match="No face was found"):
        crop_search.search(
            bundle, black, np.zeros(2, int), [CropConfig()], placements=[Placement()]
        )


def test_the_candidates_start_with_the_present_crop_and_have_it_once():
    present = CropConfig(1.17, 0.10)
    tried = crop_search.candidates(present)
    assert tried[0] == present
    assert len(set(tried)) == len(tried) == 2 * 5 * 5


def test_persons_then_clips_are_resampled_whole():
    faces = FaceSet.of(
        np.zeros((4, 48, 48), np.uint8), group=["a", "a", "", ""], clip=["1", "2", "1", ""]
    )
    assert units(faces).tolist() == ["person a", "person a", "clip 1", ""]


class TestBadInput:
    def test_no_faces(self, bundle):
        with pytest.raises(DataError, match="no faces to evaluate"):
            examine(bundle, FaceSet.of(np.zeros((0, 48, 48), np.uint8)))

    def test_another_size(self, bundle):
        with pytest.raises(DataError, match="64 pixels wide; the model takes 48"):
            examine(bundle, FaceSet.of(np.zeros((1, 64, 64), np.uint8), [0]))

    def test_no_labels(self, bundle):
        with pytest.raises(DataError, match="neither votes nor labels"):
            examine(bundle, FaceSet.of(np.zeros((1, 48, 48), np.uint8)))

    def test_labels_of_no_set(self, bundle):
        strange = Bundle(bundle.path, replace(bundle.card, labels=("cat",)))
        with pytest.raises(BundleIncompatibleError, match="no label set"):
            examine(strange, _smiles(1), placements=(), reference=False)


@pytest.fixture(scope="module")
def out(found, tmp_path_factory):
    out = tmp_path_factory.mktemp("report") / "new" / "folder"
    write_report(found, out)
    return out


@pytest.fixture(scope="module")
def page(out):
    page = _Page()
    page.feed((out / "index.html").read_text())
    return page


class TestPage:
    def test_it_loads_nothing(self, out, page):
        assert page.loads
        assert all(url.startswith("data:image/png;base64,") for url in page.loads)
        html = (out / "index.html").read_text()
        assert "script" not in page.tags
        assert not re.search(r"@import|url\(|https?://", html)

    def test_every_number_of_every_table_is_on_it(self, found, page):
        text = " ".join(page.text)
        for table in tables.all_tables(found):
            assert table.title in text
            for name, cells in table.rows:
                assert name in text
                for cell in cells:
                    assert cell.text in text
                    assert cell.beside in text

    def test_what_comes_from_the_data_is_escaped(self, out):
        html = (out / "index.html").read_text()
        assert "drawn &lt;b&gt;" in html
        assert "drawn <b>" not in html

    def test_the_surest_wrong_answers_are_shown_with_what_people_said(self, found, page):
        wrong = np.flatnonzero(~found.main.view.right)
        surest = found.main.view.rows[wrong[np.argmax(found.main.view.confidence[wrong])]]
        text = " ".join(page.text)
        assert "Surest and wrong" in text
        assert str(found.faces.source[surest]) in text

    def test_each_plot_is_a_file_and_a_picture_for_light_and_dark(self, found, out):
        for picture in draw(found):
            assert (out / f"{picture.name}.png").read_bytes() == picture.light
            light, dark = (
                cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_GRAYSCALE)
                for png in (picture.light, picture.dark)
            )
            assert light.shape == dark.shape
            assert light.shape[1] == 880
            # Paper is paper and night is night, and something is drawn on both.
            assert np.median(light) > 240
            assert np.median(dark) < 60
            assert light.std() > 5
            assert dark.std() > 5

    def test_the_json_is_strict_and_says_n_everywhere(self, found, out):
        saved = json.loads((out / "metrics.json").read_text(), parse_constant=pytest.fail)
        assert saved == found.to_dict()
        assert saved["model"] == found.version
        for view in saved["views"].values():
            assert view["n"] == sum(sum(row) for row in view["confusion"])
            assert view["n"] == sum(by["n"] for by in view["by_class"].values())
        assert [row["face_px"] for row in saved["end_to_end"]] == [100, 160]
        assert saved["gate_at_100_px"]["n"] == 60

    def test_its_colours_are_the_projects(self):
        """The plots cannot read the style sheet, so a test holds them to it."""
        css = (SHIPPED.parents[1] / "static" / "css" / "tokens.css").read_text()
        for i, name in enumerate(LABEL_SETS["ferplus8"]):
            pair = re.search(rf"--{name}: light-dark\((#\w+), (#\w+)\)", css).groups()
            assert pair == (LIGHT.expressions[i], DARK.expressions[i])
        assert class_colours("six", LIGHT)[0] == LIGHT.expressions[4]


class TestCommands:
    @pytest.fixture
    def folder(self, tmp_path):
        """Class folders, as an older system's users have them."""
        for row, face in enumerate(_smiles(8).faces_gray):
            path = tmp_path / "faces" / "happy" / f"{row}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            cv2.imwrite(str(path), face)
        for row, face in enumerate(drawn_faces(4, labels=["sadness"]).faces_gray):
            path = tmp_path / "faces" / "sad" / f"{row}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            cv2.imwrite(str(path), face)
        return tmp_path / "faces"

    def test_evaluate_takes_class_folders_by_their_own_label(self, folder, tmp_path, capsys):
        arguments = ["evaluate", str(SHIPPED), "--data", str(folder), "--no-reference"]
        assert main([*arguments, "--placed-faces", "0", "--out", str(tmp_path / "out")]) == 0
        said = capsys.readouterr().out
        assert "own label, 8 expressions" in said
        assert "FER+" not in said
        saved = json.loads((tmp_path / "out" / "metrics.json").read_text())
        assert saved["views"]["ferplus8/own"]["n"] == 12
        assert saved["views"]["ferplus8/own"]["by_class"]["happiness"]["recall"]["value"] > 0.7
        assert saved["end_to_end"] == []

    def test_an_empty_split_is_one_sentence_and_leaves_nothing(self, tmp_path, capsys):
        data = tmp_path / "fer2013.csv"
        pixels = " ".join(map(str, _smiles(1).faces_gray[0].ravel()))
        data.write_text(f"emotion,pixels,Usage\n3,{pixels},Training\n")
        out = tmp_path / "out"
        assert main(["evaluate", str(SHIPPED), "--data", str(data), "--out", str(out)]) == 2
        assert "PublicTest" in capsys.readouterr().err.splitlines()[-1]
        assert not out.exists()

    def test_explain_wants_a_picture_with_a_face(self, tmp_path, capsys):
        nothing, empty = tmp_path / "gray.png", tmp_path / "empty.png"
        cv2.imwrite(str(nothing), np.full((200, 200, 3), 128, np.uint8))
        empty.write_bytes(b"")
        for path, sentence in (
            (nothing, "No face was found"),
            (empty, "not a picture"),
            (tmp_path / "none.png", "cannot be read"),
        ):
            assert main(["explain", str(SHIPPED), str(path), "--out", str(tmp_path / "out")]) == 2
            assert sentence in capsys.readouterr().err.splitlines()[-1]
            assert not (tmp_path / "out").exists()

    @pytest.mark.slow
    def test_explain_draws_the_face(self, tmp_path, capsys):
        picture = tmp_path / "astronaut.png"
        cv2.imwrite(str(picture), astronaut())
        out = tmp_path / "out"
        arguments = ["explain", str(SHIPPED), str(picture), "--out", str(out)]
        assert main([*arguments, "--layer", "stem"]) == 0
        assert capsys.readouterr().out.startswith("happiness, 9")
        assert {path.name for path in out.iterdir()} == {"happiness.png", "features-stem.png"}
        assert all(cv2.imread(str(path)) is not None for path in out.iterdir())
        assert main([*arguments, "--layer", "no-such-layer"]) == 2
        assert "final_relu" in capsys.readouterr().err.splitlines()[-1]
