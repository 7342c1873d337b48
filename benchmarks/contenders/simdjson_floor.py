"""The floor: reading every raw file and parsing its JSON with simdjson, and nothing else."""

from __future__ import annotations

import sys
from pathlib import Path

import simdjson


def main() -> None:
    """Parse every pending raw file of a lake in a directory."""
    parser = simdjson.Parser()
    for path in sorted(Path(sys.argv[1], "raw_data/to_be_processed").glob("*.json")):
        parser.parse(path.read_bytes())


if __name__ == "__main__":
    main()
