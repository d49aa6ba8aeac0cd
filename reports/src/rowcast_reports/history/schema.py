"""The tables, as the newest migration leaves them; a test compares the two.

    machines, builds, environments  <-  runs  <-  measurements  <-  figures   ->  metrics
                                          ^            |      ^
                              gates, attempts          v      warnings
                                           |         cells
                                           v
                                         tasks

Rows are only ever added. Two exceptions: a run's `complete`, and a cell that had failed and
was measured when its run went on.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

DIGEST = 64  # characters of a SHA-256 in hexadecimal

metadata = MetaData()
_big = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up only what is INTEGER


def _described(name: str, *columns: Column) -> Table:
    """Each distinct description once; the fingerprint stands for all of its columns."""
    return Table(
        name,
        metadata,
        Column("id", Integer, primary_key=True),
        Column("fingerprint", String(DIGEST), nullable=False, unique=True),
        *columns,
    )


machines = _described(
    "machines",
    Column("host", String(16), nullable=False),  # a digest of the host's name, never the name
    Column("cpu_model", Text, nullable=False),
    Column("cpu_features", Text, nullable=False),
    Column("hypervisor", Text, nullable=False),
    Column("processors", Integer),
)

builds = _described(
    "builds",
    Column("commit_id", Text, nullable=False),
    Column("dirty", Boolean),
    Column("build_id", Text, nullable=False),
    Column("build_type", Text, nullable=False),
    Column("compiler", Text, nullable=False),
    Column("compiler_flags", Text, nullable=False),
    Column("lto", Text, nullable=False),
    Column("library_versions", Text, nullable=False),
)

environments = _described(
    "environments",
    Column("kernel", Text, nullable=False),
    Column("governor", Text, nullable=False),
    Column("aslr", Text, nullable=False),
    Column("smt", Text, nullable=False),
    Column("transparent_hugepages", Text, nullable=False),
    Column("affinity", Text, nullable=False),
    Column("pinned", Text, nullable=False),
    Column("cell_set", Text, nullable=False),
    Column("evicts_caches", Text, nullable=False),
    Column("workload_hashes", Text, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(DIGEST), nullable=False, unique=True),
    Column("kind", String(8), nullable=False),  # bench or gate
    Column("started", String(20)),  # 2000-01-02T03:04:05Z; null if the file does not tell
    Column("machine_id", ForeignKey("machines.id"), nullable=False, index=True),
    Column("build_id", ForeignKey("builds.id"), nullable=False, index=True),
    Column("environment_id", ForeignKey("environments.id"), nullable=False),
    Column("complete", Boolean, nullable=False),  # false: only what had been measured so far
    Column("context", Text, nullable=False),  # JSON, without names of hosts and folders
)

cells = Table(
    "cells",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(500), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),  # the name's first part
)

metrics = Table(
    "metrics",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(500), nullable=False, unique=True),
)

measurements = Table(
    "measurements",
    metadata,
    Column("id", _big, primary_key=True),
    Column("run_id", ForeignKey("runs.id"), nullable=False),
    Column("cell_id", ForeignKey("cells.id"), nullable=False, index=True),
    Column("repetition", Integer, nullable=False),  # -1: Google Benchmark's median of several
    Column("digest", String(DIGEST), nullable=False),  # of the entry as it came
    Column("baseline", Text),
    Column("verdict", Text),
    Column("error", Text),
    UniqueConstraint("run_id", "cell_id", "repetition", name="measurements_once"),
)

figures = Table(
    "figures",
    metadata,
    Column("measurement_id", ForeignKey("measurements.id"), primary_key=True),
    Column("metric_id", ForeignKey("metrics.id"), primary_key=True),
    Column("value", Float(53)),  # null: not available, for the reason given
    Column("low", Float(53)),
    Column("high", Float(53)),
    Column("coverage", Float(53)),
    Column("source", Text),
    Column("reason", Text),
)

warnings = Table(
    "warnings",
    metadata,
    Column("measurement_id", ForeignKey("measurements.id"), primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),
)

gates = Table(
    "gates",
    metadata,
    Column("run_id", ForeignKey("runs.id"), primary_key=True),
    Column("base_build_id", ForeignKey("builds.id"), nullable=False),
    Column("base_revision", Text, nullable=False),
    Column("verdict", String(16), nullable=False),
    Column("exit_code", Integer, nullable=False),
)

tasks = Table(
    "tasks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(500), nullable=False, unique=True),
)

# A task that died is done again. Of the runs of one task the last attempt's counts.
attempts = Table(
    "attempts",
    metadata,
    Column("run_id", ForeignKey("runs.id"), primary_key=True),
    Column("task_id", ForeignKey("tasks.id"), nullable=False),
    Column("attempt", Integer, nullable=False),
    Index("attempts_of_task", "task_id", "attempt"),
)
