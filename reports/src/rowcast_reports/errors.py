"""The one error that a user sees: a file, a place in it, and what is wrong."""

from __future__ import annotations

from pathlib import Path


class InputError(Exception):
    """A file that cannot be used. Prints as a single line."""

    def __init__(self, path: Path, place: str, message: str) -> None:
        self.path = path
        self.place = place
        self.message = message
        super().__init__(str(self))

    def __str__(self) -> str:
        where = f"{self.path}: {self.place}" if self.place else f"{self.path}"
        return " ".join(f"{where}: {self.message}".split())
