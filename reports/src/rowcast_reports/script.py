"""What the programs in scripts/ that are written in Python have in common."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from rowcast_reports.errors import ReportError, UsageError

ROOT = Path(__file__).resolve().parents[3]


def run(program: str, action: Callable[[], int], interrupted: str = "interrupted") -> int:
    """The exit code: the action's own; 1 and 2 for errors and wrong usage, and 130 for Ctrl-C."""
    try:
        return action()
    except ReportError as error:
        code, text = 1, str(error)
    except UsageError as error:
        code, text = 2, str(error)
    except KeyboardInterrupt:
        code, text = 130, interrupted
    print(f"{program}: {text}", file=sys.stderr)
    return code
