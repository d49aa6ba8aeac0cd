"""The errors that a user sees: what cannot be used, the place in it, and what is wrong."""

from __future__ import annotations

from pathlib import Path


def _one_line(*parts: str) -> str:
    return " ".join(": ".join(part for part in parts if part).split())


class ReportError(Exception):
    """Ends a command with exit code 1. Prints as a single line."""


class InputError(ReportError):
    """A file that cannot be used."""

    def __init__(self, path: Path, place: str, message: str) -> None:
        self.path = path
        self.place = place
        self.message = message
        super().__init__(str(self))

    def __str__(self) -> str:
        return _one_line(str(self.path), self.place, self.message)


class DatabaseError(ReportError):
    """A database that cannot be used; `url` holds no password."""

    def __init__(self, url: str, message: str) -> None:
        self.url = url
        self.message = message
        super().__init__(str(self))

    def __str__(self) -> str:
        return _one_line(self.url, self.message)


class UsageError(Exception):
    """An argument that cannot be meant. Ends a command with exit code 2."""
