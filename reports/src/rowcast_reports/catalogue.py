"""The implementations and workloads of one result file: their order, roles and colours.

A new one appears by itself. `data/implementations.json` only gives the known
ones a place, a colour and, where the name does not tell it, a role.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from importlib import resources
from typing import Any

from rowcast_reports import names
from rowcast_reports.names import (
    KernelName,
    PipelineName,
    RatioName,
    ScalingName,
    Setting,
    SweepName,
    ThreadsName,
)
from rowcast_reports.results import Results

PEER_PREFIX = "peer-"
REFERENCE = "nlohmann"

_WORKLOADS = ("tiny", "small", "medium", "large", "nested", "wide", "text", "text-ascii")
_LAYOUTS = ("compact", "jsonb")
_SCENARIOS = ("all", "select")


class Role(Enum):
    SHIPPABLE = "shippable"
    REFERENCE = "reference"
    PEER = "peer"  # for comparison only
    ROOF = "roof"  # does less than the work: an upper bound


@dataclass(frozen=True)
class Implementation:
    name: str
    role: Role
    light: str
    dark: str
    index: int

    @property
    def token(self) -> str:
        """Its colour's name in the page's style sheet."""
        return f"--series-{self.index}"

    @property
    def competes(self) -> bool:
        return self.role in (Role.SHIPPABLE, Role.REFERENCE)


def _role(name: str, entry: Mapping[str, Any]) -> Role:
    if "role" in entry:
        return Role(entry["role"])
    return Role.PEER if name.startswith(PEER_PREFIX) else Role.SHIPPABLE


def _place(item: str, known: Sequence[str]) -> tuple[int, str]:
    return (known.index(item), "") if item in known else (len(known), item)


def setting_order(setting: Setting) -> tuple[tuple[int, str], ...]:
    return (
        _place(setting.layout, _LAYOUTS),
        _place(setting.scenario, _SCENARIOS),
        _place(setting.workload, _WORKLOADS),
    )


def order_settings(settings: Iterable[Setting]) -> list[Setting]:
    return sorted(settings, key=setting_order)


def implementations(names: Iterable[str]) -> tuple[Implementation, ...]:
    """These names in the order of showing, each with its colour and role."""
    data = json.loads(
        resources.files("rowcast_reports").joinpath("data", "implementations.json").read_text("utf-8")
    )
    known: dict[str, Mapping[str, Any]] = {entry["name"]: entry for entry in data["implementations"]}
    spare = {False: list(data["spare"]), True: list(data["spare_peers"])}
    used = {False: 0, True: 0}
    order = list(known)
    listed: list[Implementation] = []
    for name in sorted(set(names), key=lambda name: _rank(name, order)):
        entry = known.get(name)
        if entry is None:
            peer = name.startswith(PEER_PREFIX)
            choices = spare[peer]
            entry = {**choices[used[peer] % len(choices)], "name": name}
            used[peer] += 1
        listed.append(
            Implementation(name, _role(name, entry), entry["light"], entry["dark"], len(listed))
        )
    return tuple(listed)


def _rank(name: str, order: Sequence[str]) -> tuple[int, int, str]:
    # An unknown implementation stands after the known ones of its kind.
    last_own = order.index(REFERENCE)
    if name in order:
        return (1 if order.index(name) >= last_own else 0, order.index(name), "")
    return (1 if name.startswith(PEER_PREFIX) else 0, len(order), name)


class Catalogue:
    """Every name that occurs in a result file, in the order of showing."""

    def __init__(self, results: Results) -> None:
        found: dict[str, None] = {}
        for benchmark in results.benchmarks:
            match names.parse(benchmark.name):
                case PipelineName(implementation=name) | RatioName(implementation=name):
                    found[name] = None
                case SweepName(implementation=name):
                    found[name] = None
                case ThreadsName(implementation=name) | ScalingName(implementation=name):
                    found[name] = None
                case KernelName(isa=name):
                    found[name] = None
        self.implementations: tuple[Implementation, ...] = implementations(found)
        self._by_name = {implementation.name: implementation for implementation in self.implementations}
        self.settings: tuple[Setting, ...] = tuple(order_settings(results.pipeline))
        self.views: tuple[str, ...] = tuple(dict.fromkeys(s.view for s in self.settings))

    def __getitem__(self, name: str) -> Implementation:
        return self._by_name[name]

    def sort(self, found: Iterable[str]) -> list[str]:
        return sorted(found, key=lambda name: self._by_name[name].index)

    def in_view(self, view: str) -> list[Setting]:
        return [setting for setting in self.settings if setting.view == view]
