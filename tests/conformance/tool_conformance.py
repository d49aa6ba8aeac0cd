#!/usr/bin/env python3
"""Runs every conformance case through the command line of `rowcast transform`, with every
implementation and with its rows given in every way; or with one of each, as many of the cases as there
are: for builds in which it takes long to start a program."""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Json = dict[str, Any]

# Rule 9 of the contract excuses one implementation in one case.
EXCUSED = {("nlohmann", "numbers are copied byte for byte")}

FLAGS = {"single": "--single", "omit_missing": "--omit-missing"}
VALUES = {"field": "--field", "type": "--type", "select": "--select", "typename": "--typename",
          "keys": "--keys", "max_depth": "--max-depth"}
FILES = {"field_selections": "--field-selections", "field_paths": "--field-paths"}


@dataclass(frozen=True)
class Answer:
    exit_code: int
    output: bytes
    error: str


@dataclass
class Runner:
    tool: str
    folder: Path
    schema: Json
    once: bool
    failures: list[str] = field(default_factory=list)

    def file(self, name: str, content: bytes) -> str:
        path = self.folder / name
        path.write_bytes(content)
        return str(path)

    def arguments(self, case: Json) -> list[str]:
        result: list[str] = []
        for name, value in case["options"].items():
            if name in VALUES:
                result += [VALUES[name], str(value)]
            elif name in FLAGS:
                result += [FLAGS[name]] if value else []
            elif name in FILES:
                result += [FILES[name], self.file(name, json.dumps(value).encode())]
            elif name == "wrap":
                result += [] if value else ["--no-wrap"]
            elif name == "schema":
                if value:
                    result += ["--schema", self.file("schema", json.dumps(self.schema).encode())]
            else:
                raise ValueError(f"unknown option {name}")
        return result

    def run(self, arguments: list[str], stdin: bytes) -> Answer:
        environment = {k: v for k, v in os.environ.items() if k != "ROWCAST_IMPLEMENTATION"}
        done = subprocess.run([self.tool, "transform", *arguments], input=stdin, env=environment,
                              capture_output=True, check=False, timeout=60)
        return Answer(done.returncode, done.stdout, done.stderr.decode(errors="replace"))

    def inputs(self, rows: list[bytes]) -> list[tuple[str, list[str], bytes]]:
        """Each way in which these rows can be given: a label, arguments, standard input."""
        files = [self.file(f"row{index}", row) for index, row in enumerate(rows)]
        ways = []
        if files:
            ways.append(("files", ["--input-format", "file", *files], b""))
        if not any(row == b"" or b"\n" in row for row in rows):
            lines = b"".join(row + b"\n" for row in rows)
            ways.append(("NDJSON", [], lines))
            ways.append(("NDJSON file, no LF at the end",
                         [self.file("rows.ndjson", lines.removesuffix(b"\n"))], b""))
        return ways

    def check(self, number: int, case: Json, implementations: list[str]) -> int:
        """Runs the case with every implementation and with its rows given in every way, and says how
        often that was. The two know nothing of each other, so they are not multiplied; which way
        meets which implementation changes with the case's number, and so does what `--once` takes."""
        rows = [row["text"].encode() if "text" in row else bytes.fromhex(row["hex"])
                for row in case["rows"]]
        options = self.arguments(case)
        ways = self.inputs(rows)
        names = [name for name in implementations if (name, case["name"]) not in EXCUSED]
        runs = 1 if self.once else max(len(ways), len(names))
        for run in range(runs):
            label, arguments, stdin = ways[(number + run) % len(ways)]
            name = names[(number + run) % len(names)]
            answer = self.run([*options, "--impl", name, *arguments], stdin)
            wrong = judge(case, answer)
            if wrong:
                self.failures.append(f"{name}, '{case['name']}', {label}: {wrong}")
        return runs


def judge(case: Json, answer: Answer) -> str | None:
    """What is wrong with the answer, or None."""
    if "response" in case:
        if answer.exit_code != 0:
            return f"exit code {answer.exit_code}: {answer.error.strip()}"
        expected = case["response"].encode()
        return None if answer.output == expected else f"{answer.output!r}, expected {expected!r}"
    if answer.output:
        return f"bytes on standard output with an error: {answer.output[:60]!r}"
    if "plan_error" in case:
        right = answer.exit_code == 2 and re.match(r"rowcast: .", answer.error)
        return None if right else f"exit code {answer.exit_code}: {answer.error.strip()!r}"
    place = f"rowcast: row {case['error']['row']}, byte {case['error']['byte']}: "
    if answer.exit_code != 1 or not answer.error.startswith(place):
        return f"exit code {answer.exit_code}: {answer.error.strip()!r}, expected '{place}...'"
    if len(answer.error.splitlines()[0]) <= len(place):
        return "the error says no more than its place"
    return None


def supported_implementations(tool: str) -> list[str]:
    listed = subprocess.run([tool, "implementations", "--json"], capture_output=True, check=True)
    return [each["name"] for each in json.loads(listed.stdout)["implementations"]
            if each["supported"] and not each["name"].startswith("peer-")]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tool", required=True)
    parser.add_argument("--cases", required=True, type=Path)
    parser.add_argument("--once", action="store_true", help="one implementation and one way a case, in turns")
    options = parser.parse_args()
    document = json.loads(options.cases.read_text())
    runs = 0
    with tempfile.TemporaryDirectory() as folder:
        runner = Runner(options.tool, Path(folder), document["schema"], options.once)
        names = supported_implementations(options.tool)
        for number, case in enumerate(document["cases"]):
            runs += runner.check(number, case, names)
        for failure in runner.failures:
            print(failure)
    if runs < 166:
        print(f"only {runs} runs")
        return 1
    print(f"{runs} runs with {', '.join(names)}: {len(runner.failures)} failures")
    return 1 if runner.failures else 0


if __name__ == "__main__":
    sys.exit(main())
