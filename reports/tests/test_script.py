"""How the programs in scripts/ end."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from rowcast_reports import script
from rowcast_reports.errors import ReportError, UsageError


def test_each_kind_of_end_has_its_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    def ends_by(error: BaseException) -> int:
        def action() -> int:
            raise error

        return script.run("scripts/some", action, "interrupted; nothing is lost")

    assert script.run("scripts/some", lambda: 4) == 4
    assert ends_by(ReportError("broken")) == 1
    assert ends_by(UsageError("what?")) == 2
    assert ends_by(KeyboardInterrupt()) == 130
    assert capsys.readouterr().err.splitlines() == [
        "scripts/some: broken", "scripts/some: what?", "scripts/some: interrupted; nothing is lost",
    ]  # fmt: skip


def test_a_reader_that_goes_is_no_traceback() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    program = (
        "import sys; from rowcast_reports import script; "
        "sys.exit(script.run('some', lambda: print('a line') or 0))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, "")
