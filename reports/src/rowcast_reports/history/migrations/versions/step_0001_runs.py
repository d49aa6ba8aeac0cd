"""Runs of the benchmark program: machines, builds, environments, cells and their figures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_big = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _text(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _described(name: str, *columns: sa.Column) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("fingerprint", sa.String(64), nullable=False, unique=True),
        *columns,
    )


def upgrade() -> None:
    _described(
        "machines",
        sa.Column("host", sa.String(16), nullable=False),
        *_text("cpu_model", "cpu_features", "hypervisor"),
        sa.Column("processors", sa.Integer),
    )
    _described(
        "builds",
        *_text("commit_id"),
        sa.Column("dirty", sa.Boolean),
        *_text("build_id", "build_type", "compiler", "compiler_flags", "lto", "library_versions"),
    )
    _described(
        "environments",
        *_text("kernel", "governor", "aslr", "smt", "transparent_hugepages", "affinity", "pinned"),
        *_text("cell_set", "evicts_caches", "workload_hashes"),
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key", sa.String(64), nullable=False, unique=True),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("started", sa.String(20)),
        sa.Column("machine_id", sa.Integer, sa.ForeignKey("machines.id"), nullable=False, index=True),
        sa.Column("build_id", sa.Integer, sa.ForeignKey("builds.id"), nullable=False, index=True),
        sa.Column("environment_id", sa.Integer, sa.ForeignKey("environments.id"), nullable=False),
        sa.Column("complete", sa.Boolean, nullable=False),
        *_text("context"),
    )
    op.create_table(
        "cells",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(500), nullable=False, unique=True),
        sa.Column("kind", sa.String(16), nullable=False),
    )
    op.create_table(
        "metrics",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(500), nullable=False, unique=True),
    )
    op.create_table(
        "measurements",
        sa.Column("id", _big, primary_key=True),
        sa.Column("run_id", sa.Integer, sa.ForeignKey("runs.id"), nullable=False),
        sa.Column("cell_id", sa.Integer, sa.ForeignKey("cells.id"), nullable=False, index=True),
        sa.Column("repetition", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("baseline", sa.Text),
        sa.Column("verdict", sa.Text),
        sa.Column("error", sa.Text),
        sa.UniqueConstraint("run_id", "cell_id", "repetition", name="measurements_once"),
    )
    op.create_table(
        "figures",
        sa.Column("measurement_id", _big, sa.ForeignKey("measurements.id"), primary_key=True),
        sa.Column("metric_id", sa.Integer, sa.ForeignKey("metrics.id"), primary_key=True),
        *[sa.Column(name, sa.Float(53)) for name in ("value", "low", "high", "coverage")],
        sa.Column("source", sa.Text),
        sa.Column("reason", sa.Text),
    )
    op.create_table(
        "warnings",
        sa.Column("measurement_id", _big, sa.ForeignKey("measurements.id"), primary_key=True),
        sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
        *_text("text"),
    )
