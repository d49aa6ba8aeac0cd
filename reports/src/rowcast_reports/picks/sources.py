"""What the evidence of a table of picks was measured on: the kernels' sources."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

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
    document = json.loads((picks or root / PICKS).read_text("utf-8"))
    if not document["picks"]:
        return "nothing was measured for the picks yet: scripts/pick does"
    if document["kernels"] != kernels_hash(root):
        return f"the picks are stale: kernels/ has changed since {document['date']} (scripts/pick)"
    return ""
