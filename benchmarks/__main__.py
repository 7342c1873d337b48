"""`python -m benchmarks`: measure, and print one table in Markdown."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.bench import Bench
from benchmarks.cases import CASES
from benchmarks.limits import broken_limits
from benchmarks.measuring import ROOT
from benchmarks.table import HEADER, Row, circumstances


def main() -> None:
    """Measure what is asked for; with `--short`, exit with 1 where a limit is broken."""
    chosen = _arguments()
    with TemporaryDirectory(prefix="chartlake-benchmarks-", dir=chosen.folder) as folder:
        earlier = _checked_out(chosen.earlier, Path(folder, "earlier")) if chosen.earlier else None
        rows = []
        print(HEADER, flush=True)
        for row in _measured(chosen, Path(folder), earlier):
            print(row, flush=True)
            rows.append(row)
    print(f"\n{circumstances()}")
    if chosen.short:
        broken = broken_limits(rows)
        print("\n".join(broken), file=sys.stderr)
        sys.exit(bool(broken))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", action="append", choices=CASES, help="a case; may be repeated")
    parser.add_argument("--sizes", type=int, nargs="+", help="instead of those of the case")
    parser.add_argument("--rounds", type=int, default=3, help="how often to measure (3)")
    parser.add_argument("--short", action="store_true", help="small sizes; fail on a bad ratio")
    parser.add_argument("--earlier", metavar="COMMIT", help="a chartlake to compare with")
    parser.add_argument("--folder", type=Path, help="for up to 20 GB; the default is temporary")
    return parser.parse_args()


def _measured(chosen: argparse.Namespace, folder: Path, earlier: Path | None) -> Iterator[Row]:
    for name in chosen.only or CASES:
        case = CASES[name]
        for size in chosen.sizes or (case.short_sizes if chosen.short else case.sizes):
            work = folder / name
            work.mkdir()
            yield from case.measure(Bench(work, chosen.rounds, earlier), size)
            shutil.rmtree(work)


def _checked_out(commit: str, folder: Path) -> Path:
    folder.mkdir()
    archive = subprocess.run(
        ["git", "archive", commit], cwd=ROOT, stdout=subprocess.PIPE, check=True
    )
    subprocess.run(["tar", "-x"], cwd=folder, input=archive.stdout, check=True)
    return folder


if __name__ == "__main__":
    main()
