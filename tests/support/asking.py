"""Answers as a program reads them."""

from __future__ import annotations

import json


def answers(chartlake, *arguments):
    """The rows of an answer."""
    status, output, _ = chartlake("ask", *arguments, "--format", "json")
    assert status == 0
    return json.loads(output)
