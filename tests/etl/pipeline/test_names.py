"""Raw files of one name: the archive keeps every snapshot, and a rebuild writes it again."""

from __future__ import annotations

import gzip

import pytest

from etl.errors import AccessDenied
from etl.lake import open_lake
from etl.lake.layout import PENDING, PROCESSED, QUARANTINE, Partition, is_replaced, table_keys
from etl.pipeline.identify import identify
from etl.pipeline.process import process_pending
from tests.support import made_up
from tests.support.places import IN_A_DIRECTORY
from tests.support.refusals import refuse
from tests.support.same_names import assert_rebuilt_from_nothing, come_again, snapshots
from tests.support.small_lakes import (
    archived_names,
    chart_body,
    chart_name,
    derived_objects,
    lake_contents,
    month_body,
    month_name,
    page_body,
    playlist_body,
    put_pending,
)

NAME = "top50.json"
PLAYLIST = Partition(made_up.PLAYLIST, "2026-01")


@pytest.mark.parametrize(
    "bodies",
    [
        [page_body(1), page_body(2), page_body(3)],
        [page_body(1), page_body(1)],
        [playlist_body(0), playlist_body(1), playlist_body(5)],
    ],
    ids=["times of landing", "the same bytes", "times in envelopes"],
)
def test_files_of_one_name_with_different_snapshots_are_all_archived(lake, bodies):
    come_again(lake, NAME, *bodies)
    published = snapshots(lake)
    assert len(published) == len(bodies)
    assert {name for _, name, _ in published} == archived_names(lake)
    assert len(archived_names(lake)) == len(bodies)
    assert_rebuilt_from_nothing(lake)


def test_a_month_keeps_its_name_only_if_it_has_all_days_of_the_earlier_one(lake):
    come_again(lake, month_name(), month_body(0, 1), month_body(1, first=20))
    assert len({name for _, name, _ in snapshots(lake)}) == 2
    assert not any(map(is_replaced, archived_names(lake)))
    assert_rebuilt_from_nothing(lake)
    come_again(lake, month_name(), month_body(0, 1, 2, first=30))
    assert {name for _, name, _ in snapshots(lake)} == {month_name()}
    assert len([name for name in archived_names(lake) if is_replaced(name)]) == 1
    assert_rebuilt_from_nothing(lake)


@IN_A_DIRECTORY
def test_a_packed_month_is_still_one_under_its_own_name(lake):
    bodies = [gzip.compress(month_body(week, first=10 * week)) for week in (0, 1)]
    come_again(lake, f"{month_name()}.gz", *bodies)
    assert len(archived_names(lake)) == len(snapshots(lake)) == 2
    assert_rebuilt_from_nothing(lake)


def page(chart_id):
    """A page of that playlist."""
    return made_up.as_json(made_up.page(made_up.songs(1, 2), chart_id))


@IN_A_DIRECTORY
@pytest.mark.parametrize(
    "name",
    ["top50", "list.json.gz", "2026-01-02 06.07.08.123456", "a.b/list", "list 2026-01-02.json"],
)
def test_a_name_of_its_own_says_the_same(lake, name):
    come_again(lake, name, *map(page, ("one", "two")))
    other, own = sorted(archived_names(lake), key=len)
    assert other == name
    assert identify(own) == identify(name)
    assert_rebuilt_from_nothing(lake)


@IN_A_DIRECTORY
def test_a_corrected_file_replaces_the_one_of_its_name(lake):
    come_again(lake, chart_name(0), chart_body(0), chart_body(9))
    assert {name for _, name, _ in snapshots(lake)} == {chart_name(0)}
    assert {is_replaced(name) for name in archived_names(lake)} == {False, True}
    assert_rebuilt_from_nothing(lake)


@IN_A_DIRECTORY
def test_a_name_that_is_too_long_for_another_is_kept(lake):
    name = f"{'x' * 195}.json"
    come_again(lake, name, playlist_body(0), playlist_body(1))
    assert {one for _, one, _ in snapshots(lake)} == {name}
    assert_rebuilt_from_nothing(lake)


@IN_A_DIRECTORY
def test_a_file_that_is_quarantined_keeps_its_name(lake):
    come_again(lake, NAME, page_body(1), b"{")
    assert lake.find(QUARANTINE + NAME)
    assert archived_names(lake) == {NAME}


@IN_A_DIRECTORY
def test_a_file_that_cannot_be_read_is_not_replaced(lake, monkeypatch):
    come_again(lake, chart_name(0), chart_body(0))
    with monkeypatch.context() as patch:
        refused = AccessDenied("no", service="the disk")
        refuse(patch, "read", refused, lambda key: key == PROCESSED + chart_name(0))
        come_again(lake, chart_name(0), chart_body(9))
    assert len(archived_names(lake)) == 2
    assert not any(map(is_replaced, archived_names(lake)))
    assert_rebuilt_from_nothing(lake)


@pytest.mark.parametrize("damage", ["missing", "garbage"])
def test_a_damaged_partition_is_restored_although_a_file_of_the_same_name_is_pending(lake, damage):
    come_again(lake, NAME, playlist_body(0), playlist_body(1))
    songs = table_keys(PLAYLIST, "parquet")["songs"]
    lake.delete(songs) if damage == "missing" else lake.write(songs, b"garbage")
    come_again(lake, NAME, playlist_body(2))
    assert [moment.day for moment, _, _ in snapshots(lake)] == [1, 8, 15]
    assert_rebuilt_from_nothing(lake)


# Runs that die or run at the same time.


def test_a_file_that_a_run_left_under_both_names_is_archived_once(lake, tmp_path):
    come_again(lake, NAME, playlist_body(0))
    other = open_lake(str(tmp_path / "other"))
    come_again(other, NAME, playlist_body(0), playlist_body(1))
    (own,) = archived_names(other) - {NAME}
    put_pending(lake, {NAME: playlist_body(1), own: playlist_body(1)})
    process_pending(lake, "parquet")
    assert lake_contents(lake) == lake_contents(other)


class InterferingLake:
    """A lake in which something happens just before the first move of a file."""

    def __init__(self, lake, interfere):
        self.lake, self.interfere = lake, interfere

    def __getattr__(self, name):
        return getattr(self.lake, name)

    def move(self, *arguments, **options):
        interfere, self.interfere = self.interfere, lambda: None
        interfere()
        return self.lake.move(*arguments, **options)


def test_a_file_that_another_run_gives_a_name_is_published_once(lake):
    come_again(lake, NAME, playlist_body(0))
    put_pending(lake, {NAME: playlist_body(1)})
    process_pending(InterferingLake(lake, lambda: process_pending(lake, "parquet")), "parquet")
    assert [moment.day for moment, _, _ in snapshots(lake)] == [1, 8]
    assert len(archived_names(lake)) == 2
    assert lake.list(PENDING) == []
    assert_rebuilt_from_nothing(lake)


def test_a_file_that_is_overwritten_before_it_gets_a_name_stays_pending(lake):
    come_again(lake, NAME, playlist_body(0))
    put_pending(lake, {NAME: playlist_body(1)})
    later = {NAME: playlist_body(2)}
    process_pending(InterferingLake(lake, lambda: put_pending(lake, later)), "parquet")
    assert [stored.key for stored in lake.list(PENDING)] == [PENDING + NAME]
    process_pending(lake, "parquet")
    assert [moment.day for moment, _, _ in snapshots(lake)] == [1, 15]
    assert_rebuilt_from_nothing(lake)


@IN_A_DIRECTORY
def test_a_file_that_was_given_a_name_is_not_taken_for_the_one_that_has_its_old_name(lake):
    copies = {chart_name(0): chart_body(0), chart_name(0).replace(".", " (1)."): chart_body(9)}
    for name, body in copies.items():
        come_again(lake, name, body)
    published = derived_objects(lake)
    put_pending(lake, {chart_name(0): playlist_body(0)})
    pending = lake.list(PENDING)

    class Listed(InterferingLake):
        def list(self, *prefixes):
            return pending if PENDING in prefixes else self.lake.list(*prefixes)

    process_pending(lake, "parquet")
    process_pending(Listed(lake, lambda: None), "parquet")
    assert published.items() <= derived_objects(lake).items()
