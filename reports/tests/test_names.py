from __future__ import annotations

import pytest

from rowcast_reports import names
from rowcast_reports.names import (
    KernelName,
    PipelineName,
    RatioName,
    ScalingName,
    Setting,
    SweepName,
    ThreadsName,
    UnknownName,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "pipeline/large/compact/all/scalar",
            PipelineName(Setting("large", "compact", "all"), "scalar"),
        ),
        (
            "pipeline/text-ascii/jsonb/select/peer-nlohmann-roundtrip",
            PipelineName(Setting("text-ascii", "jsonb", "select"), "peer-nlohmann-roundtrip"),
        ),
        ("ratio/small/jsonb/all/avx2", RatioName(Setting("small", "jsonb", "all"), "avx2")),
        (
            "sweep/medium/compact/all/memcpy/100000",
            SweepName(Setting("medium", "compact", "all"), "memcpy", 100_000),
        ),
        (
            "threads/medium/compact/all/avx2/2/250",
            ThreadsName(Setting("medium", "compact", "all"), "avx2", 2, 250),
        ),
        (
            "scaling/wide/compact/all/avx2/4",
            ScalingName(Setting("wide", "compact", "all"), "avx2", 4),
        ),
        ("threads/a/b/c/d/1/30", UnknownName("threads/a/b/c/d/1/30")),
        ("threads/a/b/c/d/2/0", UnknownName("threads/a/b/c/d/2/0")),
        ("threads/a/b/c/d/2", UnknownName("threads/a/b/c/d/2")),
        ("scaling/a/b/c/d/1", UnknownName("scaling/a/b/c/d/1")),
        ("scaling/a/b/c/d/²", UnknownName("scaling/a/b/c/d/²")),
        ("scaling/a/b/c/d/2/30", UnknownName("scaling/a/b/c/d/2/30")),
        ("kernel/camel/scalar/50", KernelName("camel", "scalar", 50, "")),
        ("kernel/escape_scan/avx2/1024-10pct", KernelName("escape_scan", "avx2", 1024, "10pct")),
        ("kernel/lookup/std/wide", KernelName("lookup", "std", None, "wide")),
        ("kernel/camel/scalar", UnknownName("kernel/camel/scalar")),
        ("sweep/a/b/c/d/many", UnknownName("sweep/a/b/c/d/many")),
        ("sweep/a/b/c/d/0", UnknownName("sweep/a/b/c/d/0")),
        ("pipeline/large/compact/all", UnknownName("pipeline/large/compact/all")),
        ("pipeline/large/compact/all/scalar/real_time", UnknownName("pipeline/large/compact/all/scalar/real_time")),
        ("pipeline//compact/all/scalar", UnknownName("pipeline//compact/all/scalar")),
        ("BM_sort/8", UnknownName("BM_sort/8")),
    ],
)
def test_parse(text: str, expected: object) -> None:
    assert names.parse(text) == expected


def test_labels() -> None:
    assert names.label_members("baseline=scalar verdict=FASTER, note") == {
        "baseline": "scalar",
        "verdict": "FASTER",
    }
