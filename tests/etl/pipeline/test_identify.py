from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.lake.layout import Partition, is_chart_id, is_replaced, replaced_name
from etl.pipeline.identify import Identity, identify, landing_name


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("name", "chart_id", "moment"),
    [
        ("regional-global-weekly-2024-01-04.csv", "regional-global-weekly", at(2024, 1, 4)),
        ("regional-us-weekly-2024-01-04 (1).csv", "regional-us-weekly", at(2024, 1, 4)),
        ("regional-us-daily-2024-01-04(12).csv", "regional-us-daily", at(2024, 1, 4)),
        ("viral-za-daily-2022-09-01.csv", "viral-za-daily", at(2022, 9, 1)),
        (
            "regional-global-weekly-2019-12-20--2019-12-27.csv",
            "regional-global-weekly",
            at(2019, 12, 26),
        ),
        ("spotify_raw_a.b-c_d_20260102T060708Z.json", "a.b-c_d", at(2026, 1, 2, 6, 7, 8)),
        ("sub/folder/viral-za-daily-2022-09-01.csv", "viral-za-daily", at(2022, 9, 1)),
    ],
)
def test_a_name_that_states_chart_and_time_is_believed(name, chart_id, moment):
    assert identify(name) == Identity(chart_id, moment, "name", "name")


@pytest.mark.parametrize(
    ("name", "moment"),
    [
        (
            "spotify_raw_2023-03-27 18:24:36.954996.json",
            at(2023, 3, 27, 18, 24, 36, 954996),
        ),
        ("spotify_raw_2023-03-27 18_24_36.5.json", at(2023, 3, 27, 18, 24, 36, 500000)),
        ("top50_2024-05-02.json", at(2024, 5, 2)),
        ("20240502T101112Z_top50.json", at(2024, 5, 2, 10, 11, 12)),
        ("my_regional-global-weekly-2024-01-04.csv", at(2024, 1, 4)),
    ],
)
def test_a_time_in_a_foreign_name_is_found_and_no_chart_is_guessed(name, moment):
    assert identify(name) == Identity(None, moment, None, "time in the name")


@pytest.mark.parametrize(
    "name",
    ["tracks.json", "2024-13-45.json", "123456789.json", "19991231.json", "spotify_raw_.json"],
)
def test_a_name_without_a_time_says_nothing(name):
    assert identify(name) == Identity()


@pytest.mark.parametrize(
    "name", ["regional-us-weekly-2024-02-31.csv", "spotify_raw_x_20260231T000000Z.json"]
)
def test_a_day_that_does_not_exist_is_no_identity(name):
    assert identify(name) == Identity()


@pytest.mark.parametrize("text", ["", "..", ".", "a/b", "a b", "é", "a\n", "../x"])
def test_what_could_be_a_path_is_no_chart_id(text):
    assert not is_chart_id(text)


@given(
    st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,30}", fullmatch=True),
    st.datetimes(datetime(2006, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC)),
)
def test_a_landing_name_says_what_it_was_made_of(chart_id, moment):
    moment = moment.replace(microsecond=0)
    assert identify(landing_name(chart_id, moment)) == Identity(chart_id, moment, "name", "name")


def test_a_replaced_raw_file_keeps_its_suffix_and_is_known_as_such():
    name = replaced_name("regional-us-weekly-2024-01-04.csv", "0123456789abcdef")
    assert name == "regional-us-weekly-2024-01-04.replaced-0123456789ab.csv"
    assert is_replaced(name)
    assert is_replaced(replaced_name("nosuffix", "0123456789abcdef"))
    assert not is_replaced("regional-us-weekly-2024-01-04.csv")


def test_a_partition_knows_its_keys_and_is_known_by_its_manifest():
    partition = Partition("regional-us-weekly", "2024-01")
    assert partition.manifest_key == "manifests/regional-us-weekly/2024-01.json"
    assert Partition.of_manifest(partition.manifest_key) == partition
    assert Partition.of_manifest("manifests/x/readme.txt") is None
    assert (
        partition.table_key("songs", "parquet")
        == "transformed_data/song_data/snapshot_month=2024-01/regional-us-weekly.parquet"
    )
