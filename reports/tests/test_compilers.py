"""What scripts/compilers builds, in which order, and what it says of it. Compilers are not run."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from rowcast_reports.compilers import cli, output, variants
from rowcast_reports.compilers.output import Outcome
from rowcast_reports.compilers.variants import VARIANTS, Built, Variant
from rowcast_reports.errors import InputError, ReportError
from rowcast_reports.gate import builds, measuring
from rowcast_reports.gate.builds import Build
from rowcast_reports.gate.measuring import Cells, Comparison, Measured, Time

ROOT = Path(__file__).resolve().parents[2]
PROFILED = Variant("profiled", "sh", "sh", profile=True)


def cell(verdict: str, ratio: float, name: str = "small/compact/all/avx2") -> Measured:
    time = Time(ratio, ratio - 0.005, ratio + 0.005, 0.984, 7, 1400, 0.02, 1000.0, 1000.0 * ratio)
    return Measured(name, "small", "compact", "all", verdict=verdict, time=time)


def built(tmp_path: Path, broken: str = "") -> Built:
    library = tmp_path / "librowcast.so"
    library.write_bytes(b"x" * 1500)
    return Built(VARIANTS[0], library, "clang 14", broken)


def outcomes(tmp_path: Path) -> list[Outcome]:
    found = Comparison(
        (cell("FASTER", 0.9), cell("SAME", 1.0, "b"), Measured("c", "", "", "", error="a crash")),
        {"cpu_model": "a CPU"}, "crowded", 1.0,
    )  # fmt: skip
    return [
        Outcome("clang++-14", built(tmp_path), found),
        Outcome("clang++-19", None, None, "not built: clang++-19 is not installed"),
    ]


def test_the_tables_say_what_was_measured_and_what_was_not(tmp_path: Path) -> None:
    text = output.markdown("g++ 12", outcomes(tmp_path), {"cpu_model": "a CPU ", "commit": "c0ffee", "dirty": "false"})
    assert "| clang++-14 | clang 14 | 1 | 1 | 0 | 0 | 1.50 KB |" in text
    assert "| small/compact/all/avx2 | **0.900 [0.895, 0.905]** |" in text
    assert "| b | 1.000 [0.995, 1.005] |" in text
    assert "| c | error |" in text
    assert "- clang++-19: not built: clang++-19 is not installed" in text
    assert "clang++-14: the environment is unfit: crowded" in text
    assert "Measured on a CPU, at commit `c0ffee`." in text


def test_a_changed_tree_is_named() -> None:
    assert "at commit `c0ffee`, with changes." in output.markdown(
        "g++ 12", [], {"cpu_model": "a CPU", "commit": "c0ffee", "dirty": "true"}
    )


def test_the_files_say_the_same(tmp_path: Path) -> None:
    found = outcomes(tmp_path)
    output.write(tmp_path / "out", "text", output.document("g++ 12", found, {"cpu_model": "a CPU"}))
    document = json.loads((tmp_path / "out" / "compilers.json").read_text())
    first, second = document["builds"]
    assert document["format"] == "rowcast-compilers/1"
    assert first["cells"][0]["time"]["ratio"] == 0.9
    assert [entry["verdict"] for entry in first["cells"]] == ["FASTER", "SAME", None]
    assert first["cells"][2]["error"] == "a crash"
    assert (second["compiler"], second["cells"]) == (None, [])
    assert (tmp_path / "out" / "compilers.md").read_text() == "text"


def test_the_page_takes_the_tables_between_its_marks(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text((ROOT / "docs" / "compilers.md").read_text("utf-8"), "utf-8")
    output.publish(page, "| new |\n")
    output.publish(page, "| newer |\n")
    text = page.read_text("utf-8")
    assert "| newer |" in text and "| new |" not in text and "## Files" in text
    page.write_text("no marks")
    with pytest.raises(InputError, match="marks"):
        output.publish(page, "")


def test_a_compiler_that_is_not_there_is_named() -> None:
    assert "no-such-c++ is not installed" in Variant("x", "no-such-c++", "sh").missing
    assert Variant("x", "sh", "sh").missing == ""


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is run, one word a step, in the place of compilers."""
    told: list[str] = []

    def run(command: Sequence[str], what: str, log: Path) -> None:
        flags = [word for word in command if word.startswith("-DCMAKE_CXX_FLAGS=")]
        told.append(flags[0].split("=", 1)[1] if flags else what.split()[0])

    monkeypatch.setattr(builds, "run", run)
    monkeypatch.setattr(builds, "settings", lambda root: {"CMAKE_CXX_FLAGS": "-g"})
    monkeypatch.setattr(builds, "library", lambda folder: folder / "lib" / "librowcast.so")
    monkeypatch.setattr(variants, "sources", lambda root: "these")
    monkeypatch.setattr(variants, "built", lambda root, variant: None)
    return told


def test_a_profile_is_made_anew_and_then_obeyed(
    tmp_path: Path, steps: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = PROFILED.folder(tmp_path)
    folder.mkdir(parents=True)
    (folder / "old.gcda").touch()

    def train(tool: Path, library: Path, implementations: tuple[str, ...], into: Path) -> None:
        assert not (folder / "old.gcda").exists()
        steps.append("training")
        (folder / "new.gcda").touch()

    monkeypatch.setattr(variants, "train", train)
    variants.build(tmp_path, PROFILED, Path("rowcast"), ("scalar",), 1)
    assert steps == [
        "-g -fprofile-generate -fprofile-update=single", "building", "training",
        "-g -fprofile-use -fprofile-partial-training -Wno-missing-profile", "building",
    ]  # fmt: skip


def test_a_training_without_a_profile_is_an_error(
    tmp_path: Path, steps: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(variants, "train", lambda *arguments: None)
    with pytest.raises(ReportError, match="left no profile"):
        variants.build(tmp_path, PROFILED, Path("rowcast"), ("scalar",), 1)


def test_other_builds_need_one_step(tmp_path: Path, steps: list[str]) -> None:
    VARIANTS[0].folder(tmp_path).mkdir(parents=True)
    variants.build(tmp_path, VARIANTS[0], Path("rowcast"), ("scalar",), 1)
    assert steps == ["-g", "building"]


def test_a_build_of_other_sources_is_not_measured(tmp_path: Path) -> None:
    def git(*arguments: str) -> None:
        subprocess.run(["git", "-C", str(tmp_path), *arguments], check=True, capture_output=True)

    source = tmp_path / "kernels" / "kernel.cpp"
    source.parent.mkdir()
    source.write_text("one")
    git("init")
    git("add", ".")
    git("-c", "user.name=x", "-c", "user.email=x@y", "commit", "-m", "x")
    with pytest.raises(ReportError, match="not built yet"):
        variants.built(tmp_path, PROFILED)
    folder = PROFILED.folder(tmp_path)
    (folder / "lib").mkdir(parents=True)
    (folder / "lib" / "librowcast.so").touch()
    (folder / "sources").write_text(variants.sources(tmp_path))
    assert variants.built(tmp_path, PROFILED).library.name == "librowcast.so"
    source.write_text("two")
    with pytest.raises(ReportError, match="from these sources"):
        variants.built(tmp_path, PROFILED)


def test_a_build_that_breaks_the_promise_is_not_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    base = built(tmp_path)
    measured: list[Path] = []

    def compare(tool: Path, one: Path, other: Path, cells: Cells, **options: object) -> Comparison:
        measured.append(other)
        return Comparison((cell("SAME", 1.0),), {}, "", 1.0)

    monkeypatch.setattr(builds, "candidate", lambda root, jobs: Build("", "c", False, base.library, base.library))
    monkeypatch.setattr(builds, "settings", lambda root: {"CMAKE_CXX_COMPILER": "true"})
    monkeypatch.setattr(Variant, "missing", "")
    monkeypatch.setattr(variants, "build", lambda *arguments: built(tmp_path, broken="zmm in plan.cpp"))
    monkeypatch.setattr(measuring, "compare", compare)
    out = tmp_path / "out"
    code = cli.main(["--only", "g++-lto", "--impl", "scalar", "--out", str(out)])
    assert code == 1
    assert measured == [base.library], "only itself"
    assert "- g++-lto: zmm in plan.cpp" in capsys.readouterr().out


def test_what_cannot_be_meant_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--only", "cc"]) == 2
    assert cli.main(["--build-only", "--no-build"]) == 2
    assert "no build is called 'cc'" in capsys.readouterr().err
