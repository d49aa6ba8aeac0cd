"""The command line of scripts/compilers."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from rowcast_reports import script
from rowcast_reports.compilers import output, variants
from rowcast_reports.compilers.output import Outcome
from rowcast_reports.compilers.variants import VARIANTS, Built, Variant
from rowcast_reports.errors import UsageError
from rowcast_reports.gate import builds, measuring
from rowcast_reports.gate.measuring import Cells

_PAGE = Path("docs/compilers.md")
_AGAIN = "itself"  # the baseline against itself: what the machine adds


def _say(text: str) -> None:
    print(f"scripts/compilers: {text}", file=sys.stderr, flush=True)


def _chosen(names: str) -> list[Variant]:
    known = {variant.name: variant for variant in VARIANTS}
    if not names:
        return list(known.values())
    unknown = [name for name in names.split(",") if name not in known]
    if unknown:
        raise UsageError(f"no build is called '{unknown[0]}'; there are: {', '.join(known)}")
    return [known[name] for name in names.split(",")]


def _run(arguments: argparse.Namespace, root: Path) -> int:
    chosen = _chosen(arguments.only)
    _say("building the baseline")
    baseline = builds.candidate(root, arguments.jobs)
    assert baseline.tool is not None
    own = tuple(arguments.impl.split(",")) if arguments.impl else ()
    own = own or measuring.own_implementations(baseline.tool)
    cells = Cells(
        workloads=tuple(arguments.workload.split(",")),
        layouts=("compact",),
        implementations=own,
        filter=arguments.filter,
        seconds=arguments.seconds,
        launches=arguments.launches,
        most_launches=arguments.launches,
    )
    name = variants.compiler_name(builds.settings(root).get("CMAKE_CXX_COMPILER", "g++"))
    made: list[tuple[str, Built | None, str]] = []
    if not arguments.build_only:
        made.append((_AGAIN, Built(Variant(_AGAIN, "g++", "gcc"), baseline.library, name, ""), ""))
    for variant in chosen:
        if variant.missing:
            _say(f"{variant.name} is left out: {variant.missing}")
            made.append((variant.name, None, f"not built: {variant.missing}"))
            continue
        _say(f"{'looking at' if arguments.no_build else 'building'} {variant.name}")
        one = (
            variants.built(root, variant)
            if arguments.no_build
            else variants.build(root, variant, baseline.tool, own, arguments.jobs)
        )
        if one.broken:
            _say(f"{variant.name} must not be shipped:\n{one.broken}")
        made.append((variant.name, one, one.broken))
    if arguments.build_only:
        return 1 if any(note for _, _, note in made) else 0

    out = arguments.out or root / "out" / "compilers" / datetime.now().strftime("%Y%m%d-%H%M%S")
    outcomes: list[Outcome] = []
    environment: Mapping[str, Any] = {}
    text = ""
    for title, one_, note in made:
        comparison = None
        if one_ is not None and not note:
            _say(f"measuring {title}")
            comparison = measuring.compare(
                baseline.tool, baseline.library, one_.library, cells,
                floors=arguments.floors, seed=arguments.seed, confirm=False,
            )  # fmt: skip
            environment = comparison.environment
        outcomes.append(Outcome(title, one_, comparison, note))
        text = output.markdown(name, outcomes, environment)
        output.write(out, text, output.document(name, outcomes, environment))
    sys.stdout.write(text)
    _say(f"{out}/compilers.md, compilers.json")
    if arguments.publish:
        output.publish(root / _PAGE, text)
        _say(f"wrote {_PAGE}")
    failed = any(cell.error for o in outcomes if o.comparison for cell in o.comparison.cells)
    return 1 if failed or any(o.built and o.note for o in outcomes) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/compilers",
        usage="scripts/compilers [OPTION...]",
        description="Builds librowcast.so with other compilers, with link-time optimisation and with a "
        "profile, and has `rowcast compare` measure each against the build that is shipped.",
        epilog="Exit codes: 0 done, 1 an error (a build's, a wrong answer, or code for a newer processor "
        "where it must not be), 2 usage. docs/compilers.md has the rest.",
    )
    parser.add_argument("--list", action="store_true", help="name the builds, and what is missing for them")
    parser.add_argument("--only", default="", metavar="NAME,...", help="these builds (default: all that can be)")
    parser.add_argument("--impl", default="", metavar="NAME,...", help="these implementations (default: the library's)")
    parser.add_argument(
        "--workload", default="small,medium,nested,large", metavar="NAME,...", help="default: %(default)s"
    )
    parser.add_argument("--filter", default="", metavar="RE", help="only cells whose names match")
    parser.add_argument("--seconds", type=float, default=0.3, metavar="S", help="of a cell in a launch (default: %(default)s)")
    parser.add_argument("--launches", type=int, default=7, metavar="N", help="fewer than six say nothing (default: %(default)s)")
    parser.add_argument("--floors", type=Path, metavar="FILE", help="what identical code differs by here, as scripts/gate --floors measures it")
    parser.add_argument("--seed", type=int, default=1, help="of all that is drawn")
    parser.add_argument("--build-only", action="store_true", help="build and check, measure nothing")
    parser.add_argument("--no-build", action="store_true", help="measure what is built already")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="processes that build")
    parser.add_argument("--out", type=Path, metavar="DIR", help="where to write (default: out/compilers/ and the time)")
    parser.add_argument("--publish", action="store_true", help=f"put the tables into {_PAGE} too")
    return parser


def _chosen_action(arguments: argparse.Namespace) -> int:
    if arguments.list:
        for variant in VARIANTS:
            print(f"{variant.name:<16} {variant.missing or variants.compiler_name(variant.cxx)}")
        return 0
    if arguments.build_only and arguments.no_build:
        raise UsageError("--build-only and --no-build leave nothing to do")
    return _run(arguments, script.ROOT)


def main(argv: Sequence[str] | None = None) -> int:
    arguments = _parser().parse_args(argv)
    return script.run("scripts/compilers", lambda: _chosen_action(arguments))
