"""What the evidence of a table of picks was measured on: the kernels' sources."""

from __future__ import annotations

import hashlib
from pathlib import Path

from rowcast_reports.picks import table

PICKS = Path("pipeline/picks.json")
_KERNELS = ("kernels/*.hpp", "kernels/*.cpp", "kernels/algorithm/*.hpp", "kernels/isa/*.[ch]pp")


def kernels_hash(root: Path) -> str:
    """Of all sources in kernels/: another one, and the evidence is about other code."""
    digest = hashlib.sha256()
    for path in sorted(path for pattern in _KERNELS for path in root.glob(pattern)):
        digest.update(f"{path.relative_to(root)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:40]


def staleness(root: Path, picks: Path | None = None) -> str:
    """Why the picks, the committed ones if no others are named, cannot be relied on; empty: they can."""
    known = table.read(picks or root / PICKS)
    if not known.picks:
        return "nothing was measured for the picks yet: scripts/pick does"
    now = kernels_hash(root)
    stale: dict[str, list[str]] = {}
    for name in dict.fromkeys(pick.instruction_set for pick in known.picks if pick.evidence):
        origin = known.sets[name]
        if origin.kernels != now:
            stale.setdefault(origin.date, []).append(name)
    if not stale:
        return ""
    told = [
        f"the picks of {', '.join(names)} are stale: kernels/ has changed since {date}"
        for date, names in stale.items()
    ]
    return f"{'; '.join(told)} (scripts/pick)"
