"""What a cell's name says.

    pipeline/<workload>/<layout>/<scenario>/<implementation>
    ratio/<workload>/<layout>/<scenario>/<implementation>
    sweep/<workload>/<layout>/<scenario>/<implementation>/<rows>
    threads/<workload>/<layout>/<scenario>/<implementation>/<threads>/<rows>
    scaling/<workload>/<layout>/<scenario>/<implementation>/<threads>
    kernel/<kernel>/<instruction set or library>/<size>[-<variant>]
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Setting:
    """What is done: one workload in one layout under one scenario."""

    workload: str
    layout: str
    scenario: str

    @property
    def view(self) -> str:
        """The part that the page's selector chooses."""
        return f"{self.layout}/{self.scenario}"

    def __str__(self) -> str:
        return f"{self.workload}/{self.layout}/{self.scenario}"


@dataclass(frozen=True)
class PipelineName:
    setting: Setting
    implementation: str


@dataclass(frozen=True)
class RatioName:
    setting: Setting
    implementation: str


@dataclass(frozen=True)
class SweepName:
    setting: Setting
    implementation: str
    rows: int


@dataclass(frozen=True)
class ThreadsName:
    setting: Setting
    implementation: str
    threads: int
    rows: int


@dataclass(frozen=True)
class ScalingName:
    setting: Setting
    implementation: str
    threads: int


@dataclass(frozen=True)
class KernelName:
    kernel: str
    isa: str
    size: int | None
    variant: str

    @property
    def size_text(self) -> str:
        size = "" if self.size is None else str(self.size)
        return "-".join(part for part in (size, self.variant) if part)


@dataclass(frozen=True)
class UnknownName:
    """A cell that this report has no section for. It is listed, never dropped in silence."""

    name: str


CellName = (
    PipelineName | RatioName | SweepName | ThreadsName | ScalingName | KernelName | UnknownName
)

_SIZE = re.compile(r"(\d+)(?:-(.+))?\Z", re.ASCII | re.DOTALL)


def _number(text: str, least: int = 1) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 16 and int(text) >= least


def parse(name: str) -> CellName:
    parts = name.split("/")
    if "" in parts:
        return UnknownName(name)
    match parts:
        case ["pipeline", workload, layout, scenario, implementation]:
            return PipelineName(Setting(workload, layout, scenario), implementation)
        case ["ratio", workload, layout, scenario, implementation]:
            return RatioName(Setting(workload, layout, scenario), implementation)
        case ["sweep", workload, layout, scenario, implementation, rows] if _number(rows):
            return SweepName(Setting(workload, layout, scenario), implementation, int(rows))
        case ["threads", workload, layout, scenario, implementation, threads, rows] if (
            _number(threads, least=2) and _number(rows)
        ):
            setting = Setting(workload, layout, scenario)
            return ThreadsName(setting, implementation, int(threads), int(rows))
        case ["scaling", workload, layout, scenario, implementation, threads] if (
            _number(threads, least=2)
        ):
            return ScalingName(Setting(workload, layout, scenario), implementation, int(threads))
        case ["kernel", kernel, isa, *rest] if rest:
            size = "/".join(rest)
            found = _SIZE.match(size)
            if found and len(found[1]) < 16:
                return KernelName(kernel, isa, int(found[1]), found[2] or "")
            return KernelName(kernel, isa, None, size)
    return UnknownName(name)


def label_members(label: str) -> dict[str, str]:
    """A label such as `baseline=scalar verdict=FASTER`."""
    return dict(word.split("=", 1) for word in re.split(r"[\s,;]+", label) if "=" in word)
