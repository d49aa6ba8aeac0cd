"""Pages with a part that a command writes, between two marks."""

from __future__ import annotations

from pathlib import Path

from rowcast_reports.errors import InputError


def put(page: Path, begin: str, end: str, text: str, what: str) -> None:
    """Replaces what stands between the marks. Raises InputError where `what` has no place to go."""
    whole = page.read_text("utf-8")
    if begin not in whole or end not in whole:
        raise InputError(page, "", f"lacks the marks between which {what}")
    head, rest = whole.split(begin, 1)
    page.write_text(f"{head}{begin}\n{text}\n{end}{rest.split(end, 1)[1]}", "utf-8")
