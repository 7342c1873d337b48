"""Raw files that are packed: they give the same tables, and are archived as they are."""

import gzip
import sys
from collections.abc import Callable

import pytest

from etl.lake.layout import PENDING, PROCESSED, QUARANTINE
from etl.pipeline.land import land_file
from etl.pipeline.process import process_pending
from etl.pipeline.rebuild import rebuild
from tests.support.places import IN_A_DIRECTORY
from tests.support.small_lakes import derived_objects, history, put_pending

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

pytestmark = IN_A_DIRECTORY
PACKERS: dict[str, Callable[[bytes], bytes]] = {"gz": gzip.compress, "zst": zstd.compress}
GZIP_RULE = "a file that opens like gzip is whole"


def table_files(lake):
    return {stored.key: lake.read(stored.key).body for stored in lake.list("transformed_data/")}


@pytest.mark.parametrize("suffix", PACKERS)
def test_packed_files_give_the_tables_of_plain_ones(lake, suffix):
    put_pending(lake, history(3))
    process_pending(lake, "parquet")
    expected = table_files(lake)
    for stored in lake.list(""):
        lake.delete(stored.key)
    packed = {f"{name}.{suffix}": PACKERS[suffix](body) for name, body in history(3).items()}
    put_pending(lake, packed)
    assert process_pending(lake, "parquet").published == 9
    assert table_files(lake) == expected
    for name, body in packed.items():
        assert lake.read(PROCESSED + name).body == body
    published = derived_objects(lake)
    rebuild(lake, "parquet")
    assert derived_objects(lake) == published


def test_a_packed_file_is_landed_under_a_name_that_states_what_it_holds(lake, tmp_path):
    (body,) = [body for name, body in history(1).items() if "xx" in name]
    path = tmp_path / "export.gz"
    path.write_bytes(gzip.compress(body))
    landed = land_file(lake, path, "regional-xx-weekly")
    assert landed.name.endswith(".csv")
    assert lake.read(PENDING + landed.name).body == path.read_bytes()


def test_a_damaged_packed_file_is_quarantined_and_the_others_published(lake):
    name = "regional-zz-weekly-2026-01-01.csv.gz"
    put_pending(lake, history(1) | {name: gzip.compress(b"x" * 99)[:20]})
    processed = process_pending(lake, "parquet")
    assert [(one.name, one.rule) for one in processed.quarantined] == [(name, GZIP_RULE)]
    assert processed.published == 3
    assert lake.find(QUARANTINE + name)
