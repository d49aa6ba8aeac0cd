"""Made-up histories: runs after runs of a few cells, with changes put in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import synthetic

from rowcast_reports import cli
from rowcast_reports.history import importer, incoming
from rowcast_reports.history.database import Database


def with_ratio(document: dict[str, Any], implementation: str, factor: float) -> dict[str, Any]:
    for cell in document["benchmarks"]:
        if cell["name"].startswith("ratio/") and cell["name"].endswith(f"/{implementation}"):
            for name in ("ratio", "ratio_low", "ratio_high"):
                cell[name] *= factor
    return document


def put(database: Database, folder: Path, document: dict[str, Any]) -> int:
    path = folder / "results.json"
    path.write_text(json.dumps(document))
    return importer.merge(database, incoming.load(path)).run


def document(run_id: str, day: int = 1, **changes: Any) -> dict[str, Any]:
    return synthetic.results(
        workloads=("tiny", "medium"),
        implementations=("scalar", "avx2", "nlohmann"),
        run_id=run_id,
        date=f"2001-01-{day:02d}T00:00:00+00:00",
        **changes,
    )


def pages(folder: Path) -> Path:
    """A report with the pages beside it: of two machines, with a change, and of hostile names."""
    url = f"sqlite:///{folder}/history.sqlite"
    database = Database(url)
    for day in range(1, 17):
        made = document(f"a{day}", day, commit=f"{day:02d}" + "a" * 38, seed=1)
        put(database, folder, with_ratio(made, "avx2", 1.2 if day >= 10 else 1.0))
    put(database, folder, document("b", 1, host_name="b", cpu_model="<script>alert(1)</script>"))
    made = with_ratio(document("c", 18, commit="<img src=x>", seed=1), "avx2", 1.2)
    made["benchmarks"].append(synthetic.entry("pipeline/<b>/compact/all/scalar", 10.0, bytes_per_second=1e9))
    made["benchmarks"].append(synthetic.entry("pipeline/<b>/compact/all/$x$", 10.0, bytes_per_second=2e9))
    database.close()
    path = folder / "in" / "results.json"
    synthetic.write(path.parent, made, source=False)
    assert cli.main(["history", "import", str(path), "--database", url]) == 0
    out = folder / "out"
    assert cli.main(["report", str(path), "--out", str(out), "--history", "--database", url]) == 0
    assert cli.main(["fleet", "--out", str(out), "--database", url]) == 0
    return out
