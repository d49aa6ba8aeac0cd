"""What makes two runs, machines, builds or entries the same: digests of what is written of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from typing import Any

from rowcast_reports.results import Context

# Counted up by the program whenever a run goes on, so not part of what the run is.
_GROWS = frozenset({"runs"})
# They tell names of hosts and folders, which are nobody else's business.
_PRIVATE = frozenset({"host_name", "executable"})


def clean(text: str) -> str:
    """As both databases can store it: no NUL, no half of a surrogate pair."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def canonical(value: Any) -> str:
    """The same text for the same JSON value, however it was written."""
    return json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":"))


def digest(value: Any) -> str:
    return hashlib.sha256(canonical(value).encode("ascii")).hexdigest()


@dataclass(frozen=True)
class Machine:
    host: str
    cpu_model: str
    cpu_features: str
    hypervisor: str
    processors: int | None


@dataclass(frozen=True)
class Build:
    commit_id: str
    dirty: bool | None
    build_id: str
    build_type: str
    compiler: str
    compiler_flags: str
    lto: str
    library_versions: str


@dataclass(frozen=True)
class Environment:
    kernel: str
    governor: str
    aslr: str
    smt: str
    transparent_hugepages: str
    affinity: str
    pinned: str
    cell_set: str
    evicts_caches: str
    workload_hashes: str


def fingerprint(described: Machine | Build | Environment) -> str:
    return digest(asdict(described))


def _text(context: Context, name: str) -> str:
    return clean(context.text(name))


def host(context: Context) -> str:
    """Tells one host from another without its name. A name that is guessed can be confirmed."""
    name = context.text("host_name")
    return digest(f"rowcast host {name}")[:16] if name else "unknown"


def machine(context: Context) -> Machine:
    processors = context.number("num_cpus")
    return Machine(
        host=host(context),
        cpu_model=_text(context, "cpu_model"),
        cpu_features=" ".join(sorted(_text(context, "cpu_features").replace(",", " ").split())),
        hypervisor=_text(context, "hypervisor"),
        processors=None if processors is None else int(processors),
    )


def build(context: Context, **changes: str) -> Build:
    facts = {
        "commit_id": _text(context, "commit"),
        "build_id": _text(context, "build_id"),
        "build_type": _text(context, "build_type"),
        "compiler": _text(context, "compiler"),
        "compiler_flags": _text(context, "compiler_flags"),
        "lto": _text(context, "lto"),
        "library_versions": _text(context, "library_versions"),
    }
    return Build(dirty=context.flag("dirty"), **{**facts, **changes})


def environment(context: Context) -> Environment:
    return Environment(**{name: _text(context, name) for name in Environment.__dataclass_fields__})


def started(context: Context) -> str | None:
    """The run's date in UTC to the second, in a form that sorts as text."""
    try:
        moment = datetime.fromisoformat(context.text("date"))
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    try:
        return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, ValueError):
        return None


def run_key(document: Mapping[str, Any]) -> str:
    """Of a run of the benchmark program: its context, which is written before the first cell.

    So what an interrupted run has measured, the same run gone on with, and its final result file
    are one run. A file whose context does not tell one run from another stands for itself.
    """
    context = document["context"]
    if isinstance(context, Mapping) and ("run_id" in context or "date" in context):
        return digest({name: value for name, value in context.items() if name not in _GROWS})
    return digest(document)


def public_context(context: Mapping[str, Any]) -> str:
    return canonical({name: value for name, value in context.items() if name not in _PRIVATE})
