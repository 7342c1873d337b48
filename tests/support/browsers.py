"""What a browser does at the end of a login."""

from __future__ import annotations

import re
import socket
import time

import pytest
import requests


def free_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def open_callback(url: str) -> None:
    """Request the callback URL once the command listens on it."""
    for _ in range(100):
        try:
            page = requests.get(url, timeout=5)
        except requests.ConnectionError:
            time.sleep(0.1)
        else:
            assert re.search("chartlake is logged in", page.text)
            return
    pytest.fail("the command does not listen for the browser")
