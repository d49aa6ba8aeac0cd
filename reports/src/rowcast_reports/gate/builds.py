"""Building what is compared: the working tree, and a revision in a worktree of its own."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rowcast_reports.errors import ReportError, UsageError

_LINES_OF_A_FAILURE = 40
# A compiler's, CMake's or ninja's; no file that is called error.cpp.
_ERROR = re.compile(r"\berror:|^FAILED:|^CMake Error")
# What decides how code is compiled. Where the first ones are not given, the environment (CXXFLAGS)
# decides in a folder that is configured anew, so they are given even if they are empty.
_SAME_IN_BOTH = (
    "CMAKE_C_FLAGS",
    "CMAKE_CXX_FLAGS",
    "CMAKE_EXE_LINKER_FLAGS",
    "CMAKE_SHARED_LINKER_FLAGS",
    "CMAKE_CXX_COMPILER_LAUNCHER",
)
_SAME_WHERE_SET = (
    "CMAKE_BUILD_TYPE",
    "CMAKE_C_COMPILER",
    "CMAKE_CXX_COMPILER",
    "ROWCAST_LTO",
    "ROWCAST_THREADS",
    "ROWCAST_WARNINGS_AS_ERRORS",
)


@dataclass(frozen=True)
class Build:
    revision: str  # as it was asked for
    commit: str
    dirty: bool
    library: Path
    tool: Path | None  # of a revision that is too old to have one: None
    counts: bool = True  # whether the tool can count instructions

    def build_id(self) -> str:
        """The hash of the library's bytes: two builds with the same one are the same code."""
        return hashlib.sha256(self.library.read_bytes()).hexdigest()[:40]


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(root), *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise ReportError(f"git {arguments[0]}: {done.stderr.strip() or 'failed'}")
    return done.stdout.strip()


def resolve(root: Path, revision: str) -> str:
    """The commit that a revision names."""
    done = subprocess.run(
        ["git", "-C", str(root), "rev-parse", "--verify", "--quiet", "--end-of-options",
         f"{revision}^{{commit}}"],
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise UsageError(f"'{revision}' is no revision of this repository")
    return done.stdout.strip()


def run(command: Sequence[str], what: str, log: Path) -> None:
    """Runs it and keeps what it says in `log`. Raises ReportError with the first errors."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    text = done.stdout.decode("utf-8", "replace")
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text(text, "utf-8")
    if done.returncode == 0:
        return
    # The compiler's message stands below the command that it failed at.
    lines = text.splitlines()
    errors = [index for index, line in enumerate(lines) if _ERROR.search(line)]
    first = max(0, errors[0] - 2) if errors else max(0, len(lines) - _LINES_OF_A_FAILURE)
    shown = "\n".join(lines[first : first + _LINES_OF_A_FAILURE])
    raise ReportError(f"{what} failed; the whole log is {log}\n{shown}")


def _cache(build: Path) -> dict[str, str]:
    entries: dict[str, str] = {}
    for line in (build / "CMakeCache.txt").read_text("utf-8").splitlines():
        match = re.fullmatch(r"([A-Za-z0-9_]+):[A-Z]+=(.*)", line)
        if match:
            entries[match[1]] = match[2]
    return entries


def _targets(build: Path) -> set[str]:
    done = subprocess.run(
        ["ninja", "-C", str(build), "-t", "targets", "all"],
        capture_output=True,
        text=True,
        check=False,
    )
    return {line.split(":", 1)[0] for line in done.stdout.splitlines()}


def library(build: Path) -> Path:
    return (build / "lib" / "librowcast.so").resolve(strict=True)


def candidate(root: Path, jobs: int, *, benchmarks: bool = False) -> Build:
    """The working tree, as the preset `release` builds it; its tool does the measuring."""
    build = root / "build" / "release"
    log = build / "gate.log"
    if not (build / "build.ninja").exists():
        run(
            ["cmake", "-S", str(root), "--preset", "release", "-DROWCAST_BUILD_TESTS=OFF"],
            "configuring the working tree",
            log,
        )
    if benchmarks and "rowcast_bench" not in _targets(build):
        raise ReportError(
            f"{build} is configured without rowcast_bench: "
            f"cmake -B {build} -DROWCAST_BUILD_BENCHMARKS=ON"
        )
    run(
        ["cmake", "--build", str(build), "--parallel", str(jobs), "--target", "rowcast",
         "rowcast_shared", *(["rowcast_bench"] if benchmarks else [])],
        "building the working tree",
        log,
    )  # fmt: skip
    return Build(
        revision="working tree",
        commit=_git(root, "rev-parse", "HEAD"),
        dirty=bool(_git(root, "status", "--porcelain")),
        library=library(build),
        tool=build / "bin" / "rowcast",
    )


def variants(root: Path, jobs: int) -> Path:
    """The folder of the builds that differ from the working tree's in a known way."""
    build = root / "build" / "release"
    run(
        ["cmake", "--build", str(build), "--parallel", str(jobs), "--target", "rowcast_variants"],
        "building the variants",
        build / "gate.log",
    )
    return build / "lib" / "variants"


def settings(root: Path) -> Mapping[str, str]:
    """How the working tree is compiled."""
    cache = _cache(root / "build" / "release")
    return {
        **{name: cache[name] for name in _SAME_WHERE_SET if cache.get(name)},
        **{name: cache.get(name, "") for name in _SAME_IN_BOTH},
    }


def _is_whole(source: Path, commit: str) -> bool:
    """Whether a worktree has all files of its commit: adding it may have been interrupted."""
    try:
        # A folder that is no worktree yet lies in ours.
        own = Path(_git(source, "rev-parse", "--show-toplevel")).samefile(source)
        return (
            own
            and _git(source, "rev-parse", "HEAD") == commit
            and not _git(source, "status", "--porcelain", "--untracked-files=no")
        )
    except (OSError, ReportError):
        return False


def _check_out(root: Path, commit: str, source: Path) -> None:
    if source.exists() and _is_whole(source, commit):
        return
    shutil.rmtree(source, ignore_errors=True)
    # Twice --force: one that git was interrupted at is locked.
    _git(root, "worktree", "prune")
    _git(root, "worktree", "add", "--force", "--force", "--detach", str(source), commit)


def base(root: Path, revision: str, jobs: int) -> Build:
    """A revision, built with the working tree's compiler and flags; kept in build/gate."""
    commit = resolve(root, revision)
    same = settings(root)
    kind = hashlib.sha256(repr(sorted(same.items())).encode()).hexdigest()[:8]
    folder = root / "build" / "gate" / f"{commit[:12]}-{kind}"
    source, build, log = folder / "source", folder / "build", folder / "build.log"
    done = folder / "done"
    if not done.exists():
        _check_out(root, commit, source)
        run(
            ["cmake", "-G", "Ninja", "-S", str(source), "-B", str(build),
             "-DROWCAST_BUILD_TESTS=OFF", "-DROWCAST_BUILD_BENCHMARKS=OFF",
             *(f"-D{name}={value}" for name, value in same.items())],
            f"configuring {revision}",
            log,
        )  # fmt: skip
        wanted = ["rowcast_shared", *({"rowcast", "rowcast_requests"} & _targets(build))]
        run(
            ["cmake", "--build", str(build), "--parallel", str(jobs), "--target", *wanted],
            f"building {revision}",
            log,
        )
        done.write_text(" ".join(wanted) + "\n", "utf-8")
    built = done.read_text("utf-8").split()
    return Build(
        revision=revision,
        commit=commit,
        dirty=False,
        library=library(build),
        tool=build / "bin" / "rowcast" if "rowcast" in built else None,
        counts="rowcast_requests" in built,
    )
