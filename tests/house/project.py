"""What the tests of this folder share: where the project is and which files are its own."""

import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]

_NOT_SOURCES = {".git", "build", "out", "__pycache__", ".mypy_cache", ".pytest_cache"}


def own_files(root: pathlib.Path = ROOT) -> list[pathlib.Path]:
    """The project's files: what git knows or would add; outside of git, all but what is built."""
    listed = subprocess.run(
        ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0:
        names = [name for name in listed.stdout.decode().split("\0") if name]
        return sorted(path for path in (root / name for name in names) if path.is_file())
    return sorted(
        path
        for path in root.rglob("*")
        if path.is_file() and not _NOT_SOURCES & set(path.relative_to(root).parts)
    )
