"""The command line, run in the process of a test or in one that can be interrupted."""

from __future__ import annotations

import signal
import sys

import pytest

from etl.cli import main


def run_command(*arguments: str) -> int:
    """Run the command as `chartlake` does; returns its exit status."""
    with pytest.MonkeyPatch.context() as patch, pytest.raises(SystemExit) as ended:
        patch.setattr(sys, "argv", ["chartlake", *arguments])
        main()
    assert isinstance(ended.value.code, int)
    return ended.value.code


def heed_interrupts() -> None:
    """Let a new process end at SIGINT, even if the tests run in the background of a shell."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
