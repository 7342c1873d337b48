"""What every case is given: where to work, how often to measure, and what to compare with."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.measuring import ROOT, Contender, Program, output_of

PENDING = "raw_data/to_be_processed"


@dataclass(frozen=True, slots=True)
class Bench:
    """A folder for everything that is made, the number of rounds, and an earlier chartlake."""

    folder: Path
    rounds: int
    earlier: Path | None = None

    def made(self, module: str, folder: Path, *arguments: object) -> Path:
        """Let a module of `benchmarks.inputs` make a folder, in a process of its own.

        The peak of a child is at least the memory of the process that starts it, which therefore
        stays small.
        """
        shutil.rmtree(folder, ignore_errors=True)
        output_of(self.module(f"inputs.{module}", folder, *arguments))
        return folder

    def landed(self, *folders: Path) -> Path:
        """A new lake in which the raw files of folders are pending, as links without a copy."""
        lake = self.folder / "lake"
        shutil.rmtree(lake, ignore_errors=True)
        pending = lake / PENDING
        pending.mkdir(parents=True)
        for folder in folders:
            for path in folder.iterdir():
                (pending / path.name).hardlink_to(path)
        return lake

    def module(self, name: str, *arguments: object) -> Program:
        """A module of the benchmarks as a program."""
        return Program(("-m", f"benchmarks.{name}", *map(str, arguments)), self.folder)

    def chartlake(
        self,
        lake: Path | str,
        *arguments: str,
        checkout: Path = ROOT,
        statuses: Sequence[int] = (0,),
    ) -> Program:
        """A command of chartlake on a lake; its mirror is in the folder."""
        environment = {
            "CHARTLAKE_LAKE": str(lake),
            "CHARTLAKE_MIRROR": str(self.folder / "mirror.duckdb"),
        }
        return Program(("-m", "etl", *arguments), self.folder, environment, checkout, statuses)

    def versions(self, contender: Callable[[Path], Program]) -> dict[str, Contender]:
        """A command of this chartlake and, if it is given, of the earlier one."""
        checkouts = {"chartlake": ROOT} | ({"earlier": self.earlier} if self.earlier else {})
        return {name: partial(contender, checkout) for name, checkout in checkouts.items()}
