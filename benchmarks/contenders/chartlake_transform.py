"""chartlake's transformation alone: each table becomes one Parquet file a batch.

Nothing is published: no partitions, no manifests, and the raw files stay where they are.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from etl.lake import open_lake
from etl.lake.layout import PENDING, TABLES
from etl.pipeline.batch import open_workspace
from etl.pipeline.stage import in_order, stage_next
from etl.pipeline.transform import transform


def main() -> None:
    """Transform every pending raw file of a lake in a directory."""
    lake = open_lake(sys.argv[1])
    folder = Path(sys.argv[1], "tables")
    folder.mkdir()
    with open_workspace(lake, "parquet") as workspace:
        groups = in_order(lake.list(PENDING))
        while groups:
            batch = transform(stage_next(lake, groups, workspace), workspace)
            for table in TABLES:
                path = folder / f"{table}.{len(groups)}.parquet"
                workspace.connection.execute(f"copy {table} to '{path}' (compression zstd)")
            shutil.rmtree(batch.folder)


if __name__ == "__main__":
    main()
