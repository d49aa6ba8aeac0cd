"""The library as other compilers and other ways to use them build it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from rowcast_reports.errors import ReportError
from rowcast_reports.gate import builds

# The documents that a profile is made from are none of those that are measured.
_TRAINED_SEED = 101
_TRAINED_SECONDS = 0.02
_RECORD = "-fprofile-generate -fprofile-update=single"
# What the training never ran is compiled as if there were no profile, and not for size.
_OBEY = "-fprofile-use -fprofile-partial-training -Wno-missing-profile"
_STAMP = "sources"  # what it was built from
# A promise that no build may break: newer instructions stay in the instruction sets' own functions.
_CHECKS = (
    ("isa_symbols_test.py", "InstructionSetObjects.test_objects_of_this_build"),
    ("library_code_test.py", "Library"),
)


@dataclass(frozen=True)
class Variant:
    name: str
    cxx: str
    cc: str
    lto: bool = False
    profile: bool = False

    @property
    def missing(self) -> str:
        """Why it cannot be built here; empty if it can."""
        for program in (self.cxx, self.cc):
            if shutil.which(program) is None:
                return f"{program} is not installed (scripts/setup compilers installs it)"
        return ""

    def folder(self, root: Path) -> Path:
        return root / "build" / "compilers" / self.name


@dataclass(frozen=True)
class Built:
    variant: Variant
    library: Path
    compiler: str  # as it names itself
    broken: str  # what is wrong with its symbols or its instructions; empty: nothing

    @property
    def size(self) -> int:
        return self.library.stat().st_size


VARIANTS = (
    Variant("clang++-14", "clang++-14", "clang-14"),
    Variant("clang++-19", "clang++-19", "clang-19"),
    Variant("g++-lto", "g++", "gcc", lto=True),
    Variant("clang++-14-lto", "clang++-14", "clang-14", lto=True),
    Variant("g++-pgo", "g++", "gcc", profile=True),
)


def compiler_name(cxx: str) -> str:
    done = subprocess.run([cxx, "--version"], capture_output=True, text=True, check=False)
    return done.stdout.splitlines()[0] if done.stdout else cxx


def _compile(root: Path, variant: Variant, flags: str, jobs: int) -> None:
    folder = variant.folder(root)
    settings = {
        **builds.settings(root),
        "CMAKE_CXX_COMPILER": variant.cxx,
        "CMAKE_C_COMPILER": variant.cc,
        "CMAKE_EXPORT_COMPILE_COMMANDS": "ON",
        "ROWCAST_LTO": "ON" if variant.lto else "OFF",
        "ROWCAST_BUILD_TESTS": "OFF",
        "ROWCAST_BUILD_BENCHMARKS": "OFF",
        "ROWCAST_WARNINGS_AS_ERRORS": "OFF",  # newer compilers warn of more
    }
    settings["CMAKE_CXX_FLAGS"] = f"{settings.get('CMAKE_CXX_FLAGS', '')} {flags}".strip()
    builds.run(
        ["cmake", "-G", "Ninja", "-S", str(root), "-B", str(folder),
         *(f"-D{name}={value}" for name, value in settings.items())],
        f"configuring {variant.name}",
        folder / "configure.log",
    )  # fmt: skip
    builds.run(
        ["cmake", "--build", str(folder), "--parallel", str(jobs), "--target", "rowcast_shared"],
        f"building {variant.name}",
        folder / "build.log",
    )


def _ask(tool: Path, *arguments: str) -> str:
    done = subprocess.run(
        [str(tool), "workload", *arguments], stdout=subprocess.PIPE, text=True, check=True
    )
    return done.stdout


def workload_names(tool: Path) -> tuple[str, ...]:
    listed = subprocess.run(
        [str(tool), "compare", "scalar", "--null", "--workload", "all", "--list"],
        stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    return tuple(dict.fromkeys(line.split("/")[0] for line in listed.stdout.splitlines()))


def train(tool: Path, library: Path, implementations: tuple[str, ...], folder: Path) -> None:
    """Runs an instrumented library: every workload in both layouts, whole and selected."""
    folder.mkdir(parents=True, exist_ok=True)
    for workload in workload_names(tool):
        schema = folder / f"{workload}.schema.json"
        schema.write_text(_ask(tool, workload, "--schema"), "utf-8")
        selection = _ask(tool, workload, "--select").strip()
        for layout in ("compact", "jsonb"):
            rows = folder / f"{workload}.{layout}.ndjson"
            document = (workload, "--layout", layout, "--seed", str(_TRAINED_SEED))
            rows.write_text(_ask(tool, *document), "utf-8")
            facts = json.loads(_ask(tool, *document, "--info"))
            own = ["--input", str(rows), "--schema", str(schema), "--type", facts["type"]]
            own += ["--field", facts["field"]]
            if selection:
                own += ["--select", selection]
            builds.run(
                [str(tool), "compare", str(library), "--null", *own, "--allow-unfit",
                 "--impl", ",".join(implementations), "--launches", "1",
                 "--seconds", str(_TRAINED_SECONDS)],
                f"training on {workload} {layout}",
                folder / "training.log",
            )  # fmt: skip


def _broken(root: Path, folder: Path) -> str:
    for script, test in _CHECKS:
        done = subprocess.run(
            [sys.executable, "-B", str(root / "tests" / "house" / script), test],
            capture_output=True, text=True, check=False,
            env={**os.environ, "ROWCAST_BUILD": str(folder)},
        )  # fmt: skip
        if done.returncode != 0:
            return done.stderr.strip() or f"{script} failed"
    return ""


def sources(root: Path) -> str:
    """A hash of all that the library is made from, as it stands in the working tree."""
    paths = ("kernels", "pipeline", "scripts/cmake", "CMakeLists.txt")
    found = hashlib.sha256()
    for command in (("ls-files", "--stage"), ("diff", "HEAD")):
        done = subprocess.run(
            ["git", "-C", str(root), *command, "--", *paths], capture_output=True, check=False
        )
        if done.returncode != 0:
            raise ReportError(f"git {command[0]}: {done.stderr.decode(errors='replace').strip()}")
        found.update(done.stdout)
    return found.hexdigest()


def built(root: Path, variant: Variant) -> Built:
    """What there is of it already, if it is of these sources."""
    folder = variant.folder(root)
    stamp = folder / _STAMP
    if not stamp.exists() or stamp.read_text("utf-8") != sources(root):
        raise ReportError(f"{variant.name} is not built yet from these sources (--build-only does it)")
    return Built(variant, builds.library(folder), compiler_name(variant.cxx), _broken(root, folder))


def build(
    root: Path, variant: Variant, tool: Path, implementations: tuple[str, ...], jobs: int
) -> Built:
    folder = variant.folder(root)
    (folder / _STAMP).unlink(missing_ok=True)
    if variant.profile:
        for profile in folder.rglob("*.gcda"):
            profile.unlink()
        _compile(root, variant, _RECORD, jobs)
        train(tool, builds.library(folder), implementations, folder / "training")
        if not any(folder.rglob("*.gcda")):
            raise ReportError(f"{variant.name}: the training left no profile")
        _compile(root, variant, _OBEY, jobs)
    else:
        _compile(root, variant, "", jobs)
    (folder / _STAMP).write_text(sources(root), "utf-8")
    return built(root, variant)
