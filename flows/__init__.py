"""The flows: what runs each week, seen and retried by Prefect.

Started from a terminal, Prefect is quiet and talks to nobody but its own server; a worker has
loaded Prefect, with its own settings, before it comes here.
"""

import os
import sys

IN_TERMINAL = "prefect" not in sys.modules

if IN_TERMINAL:
    for name, value in {
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
        # What a run says is printed by itself; all of it goes to the server.
        "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
        "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
    }.items():
        os.environ.setdefault(name, value)
