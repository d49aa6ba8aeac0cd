"""The summary as plain text, for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rowcast_reports import cautions, page, units
from rowcast_reports.catalogue import Catalogue
from rowcast_reports.cautions import Weight
from rowcast_reports.columns import aligned
from rowcast_reports.names import Setting
from rowcast_reports.results import Benchmark, Results
from rowcast_reports.sections import summary, threads
from rowcast_reports.sections.model import Material
from rowcast_reports.several_threads import PROMISED_SHARE
from rowcast_reports.standings import Standings, paired_interval

_HEADINGS = (
    "cell",
    "implementation",
    "GB/s",
    "requests/s",
    "p50",
    "p95",
    "p99",
    "allocs",
    "cold",
    "time ratio [interval]",
)
_LEFT = frozenset({0, 1, 9})


def _plain(text: str) -> str:
    return text.replace(units.THIN, " ")


def _figure(benchmark: Benchmark, counter: str) -> str:
    value = benchmark.value(counter)
    if value is None:
        return "n/a"
    if counter.endswith("_ns"):
        return units.duration(value)
    if counter == "bytes_per_second":
        return units.gigabytes_per_second(value)
    return units.per_second(value) if counter == "requests_per_second" else units.count(value)


def _ratio(results: Results, setting: Setting, name: str) -> str:
    for ratio in results.ratios.get(setting, ()):
        if ratio.implementation == name:
            figure = paired_interval(ratio)
            return f"{units.significant(ratio.ratio)} {units.interval(figure)}".strip()
    baselines = {ratio.baseline for ratio in results.ratios.get(setting, ())}
    return "1 (the baseline)" if name in baselines else ""


def _pipeline(material: Material) -> list[str]:
    rows: list[Sequence[str]] = [_HEADINGS]
    failures: dict[int, str] = {}
    for setting in material.catalogue.settings:
        winner = material.winner(setting)
        for name, benchmark in material.cells(setting):
            star = "*" if name == winner else " "
            if benchmark.error is not None:
                failures[len(rows)] = f"{setting}  {name}  ERROR: {benchmark.error}"
                rows.append((str(setting), f"{star}{name}", *[""] * 8))
                continue
            figures = [
                _figure(benchmark, counter)
                for counter in (
                    "bytes_per_second",
                    "requests_per_second",
                    "p50_ns",
                    "p95_ns",
                    "p99_ns",
                    "allocs",
                    "allocs_cold",
                )
            ]
            rows.append(
                (str(setting), f"{star}{name}", *figures, _ratio(material.results, setting, name))
            )
    lines = aligned([[_plain(value) for value in row] for row in rows], _LEFT)
    shown: list[str] = []
    for index, line in enumerate(lines):
        if index in failures:
            shown.append(f"{line}  ERROR: {failures[index].split('ERROR: ', 1)[1]}")
        else:
            shown.append(line)
    rule = "-" * min(max(len(line) for line in shown), 140)
    return [shown[0], rule, *shown[1:]]


def _kernels(results: Results, catalogue: Catalogue) -> list[str]:
    shown: list[str] = []
    for kernel, cells in results.kernels.items():
        by_size: dict[str, dict[str, str]] = {}
        for name, benchmark in cells.items():
            figure = "error" if benchmark.error else "n/a"
            if benchmark.time_ns is not None:
                figure = units.duration(benchmark.time_ns)
            by_size.setdefault(name.size_text, {})[name.isa] = figure
        for size, figures in by_size.items():
            told = ", ".join(f"{isa} {figures[isa]}" for isa in catalogue.sort(figures))
            shown.append(_plain(f"  {kernel} {size}: {told}"))
    return shown


def _threads(material: Material) -> list[str]:
    rows: list[Sequence[str]] = [
        ("cell", "implementation", "threads", "rows", "input", "time ratio [interval]", "verdict")
    ]
    for compared, name, cell in threads.threads_cells(material):
        measured = cell.ratio.interval is not None
        rows.append(
            (
                str(compared.setting),
                name,
                str(compared.threads),
                units.count(cell.rows),
                units.size(cell.input_bytes) if cell.input_bytes else "n/a",
                threads.figure_text(cell.ratio) if measured else cell.ratio.reason,
                threads.PAYS[cell.ratio.side(1.0)] if measured else "",
            )
        )
    return _block("several threads over one, below 1 they pay:", rows, frozenset({0, 1, 5, 6}))


def _scaling(material: Material) -> list[str]:
    rows: list[Sequence[str]] = [
        (
            "cell",
            "implementation",
            "threads",
            "independent [interval]",
            "one request [interval]",
            "share [interval]",
            f"at least {PROMISED_SHARE:g}",
        )
    ]
    for compared, name, cell in threads.scaling_cells(material):
        measured = cell.share.interval is not None
        rows.append(
            (
                str(compared.setting),
                name,
                str(compared.threads),
                threads.figure_text(cell.independent),
                threads.figure_text(cell.parallel),
                threads.figure_text(cell.share) if measured else cell.share.reason,
                threads.KEPT[cell.share.side(PROMISED_SHARE)] if measured else "",
            )
        )
    return _block("speed-up over one thread:", rows, frozenset({0, 1, 3, 4, 5, 6}))


def _block(title: str, rows: list[Sequence[str]], left: frozenset[int]) -> list[str]:
    """Nothing where there are only headings."""
    if len(rows) == 1:
        return []
    return [title, *(f"  {line}" for line in aligned([[_plain(v) for v in row] for row in rows], left)), ""]


def render(results: Results) -> str:
    catalogue = Catalogue(results)
    standings = Standings(results, catalogue)
    material = Material(results, catalogue, standings)
    _, assessments = page.assess(results, standings)
    out: list[str] = []
    if results.pipeline:
        out += _pipeline(material)
        out.append("* fastest that may ship; time ratio to the baseline, below 1 is faster")
        out.append("")
    out += _threads(material) + _scaling(material)
    kernels = _kernels(results, catalogue)
    if kernels:
        out += ["kernels, one call:", *kernels, ""]
    out += summary.sentences(material, assessments)
    for caution in cautions.collect(results):
        if caution.weight is not Weight.NOTE:
            out.append(f"warning: {caution.title}: {caution.text}")
    return _plain("\n".join(out)) + "\n"
