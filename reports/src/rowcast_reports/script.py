"""What the programs in scripts/ that are written in Python have in common."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from rowcast_reports.errors import ReportError, UsageError

ROOT = Path(__file__).resolve().parents[3]


def now() -> str:
    """The moment, in UTC, as result files have it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def run(program: str, action: Callable[[], int], interrupted: str = "interrupted") -> int:
    """The exit code: the action's own; 1 and 2 for errors and wrong usage, and 130 for Ctrl-C."""
    try:
        code = action()
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        # Our reader has gone, as in `scripts/compilers --list | head`. Python writes once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except ReportError as error:
        code, text = 1, str(error)
    except UsageError as error:
        code, text = 2, str(error)
    except KeyboardInterrupt:
        code, text = 130, interrupted
    print(f"{program}: {text}", file=sys.stderr)
    return code
