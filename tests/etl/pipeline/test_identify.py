from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.errors import InvalidRawFile
from etl.lake.layout import (
    Partition,
    is_chart_id,
    is_replaced,
    manifest_key,
    replaced_name,
    table_keys,
)
from etl.pipeline.identify import Identity, check_stated_time, identify, landing_name


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("name", "chart_id", "moment"),
    [
        ("regional-global-weekly-2024-01-04.csv", "regional-global-weekly", utc(2024, 1, 4)),
        ("regional-us-weekly-2024-01-04 (1).csv", "regional-us-weekly", utc(2024, 1, 4)),
        ("regional-us-daily-2024-01-04(12).csv", "regional-us-daily", utc(2024, 1, 4)),
        ("viral-za-daily-2022-09-01.csv", "viral-za-daily", utc(2022, 9, 1)),
        (
            "regional-global-weekly-2019-12-20--2019-12-27.csv",
            "regional-global-weekly",
            utc(2019, 12, 26),
        ),
        ("spotify_raw_a.b-c_d_20260102T060708Z.json", "a.b-c_d", utc(2026, 1, 2, 6, 7, 8)),
        ("sub/folder/viral-za-daily-2022-09-01.csv", "viral-za-daily", utc(2022, 9, 1)),
    ],
)
def test_a_name_may_contain_chart_and_time(name, chart_id, moment):
    assert identify(name) == Identity(chart_id, moment, "name", "name")


@pytest.mark.parametrize(
    "copy",
    [
        *("{} (1).csv", "{}(1).csv", "{} (1) (1).csv", "{} copy.csv", "{} copy 2.csv"),
        *("{} - Copy.csv", "{} - Copy (2).csv", "Copy of {}.csv", "Copy of Copy of {} (1).csv"),
        *("{} 2.csv", "{}-1.csv", "{}.CSV", "{}.csv.txt", "{}.csv (1).txt", "{}-1 (1).Csv.TXT"),
        *(" {} .csv ", "{}.csv  "),
    ],
)
def test_a_copy_has_the_identity_of_its_original(copy):
    for original in ("regional-us-weekly-2020-12-31", "regional-us-weekly-2020-12-25--2021-01-01"):
        moment = utc(2020, 12, 31)
        expected = Identity("regional-us-weekly", moment, "name", "name")
        assert identify(copy.format(original)) == expected
    landed = copy.format("spotify_raw_a.b_20260102T060708Z").replace(".csv", ".json")
    assert identify(landed) == Identity("a.b", utc(2026, 1, 2, 6, 7, 8), "name", "name")


@pytest.mark.parametrize(
    "name",
    [
        "regional-us-weekly-2024-01-04-01.csv",
        "regional-us-weekly-2024-01-04-11.csv",
        "regional-us-weekly-2024-01-04-1-11.csv",
        "regional-us-weekly-2024-01-04-2024-01-11.csv",
        "regional-us-weekly-2024-01-04 2024.csv",
        "regional-us-weekly-2024-01-041.csv",
        "regional-us-weekly-2024-01-04.txt",
        "regional-us-weekly-2024-01-04 revised.csv",
    ],
)
def test_what_may_be_part_of_a_date_is_no_mark_of_a_copy(name):
    assert identify(name).chart_id is None


@pytest.mark.parametrize("mark", [" (1)", " copy 2", "-1", " - Copy", " ", "Copy of "])
def test_a_name_with_many_marks_is_read_at_once(mark):
    name = f"{mark * 40}regional-us-weekly-2024-01-04{mark * 40}.pdf"
    assert identify(name).chart_id is None


def test_an_invalid_chart_id_has_no_partition():
    assert Identity("../etc", utc(2026, 1, 2)).partition is None


@pytest.mark.parametrize(
    ("name", "moment"),
    [
        (
            "spotify_raw_2023-03-27 18:24:36.954996.json",
            utc(2023, 3, 27, 18, 24, 36, 954996),
        ),
        ("spotify_raw_2023-03-27 18_24_36.5.json", utc(2023, 3, 27, 18, 24, 36, 500000)),
        ("top50_2024-05-02.json", utc(2024, 5, 2)),
        ("20240502T101112Z_top50.json", utc(2024, 5, 2, 10, 11, 12)),
        ("my_regional-global-weekly-2024-01-04.csv", utc(2024, 1, 4)),
        ("top50_2023-03-20_2023-03-27.json", utc(2023, 3, 20)),
        ("top50 2023-03-20 2023-03-27.json", utc(2023, 3, 20)),
        ("x_2023-02-30_2023-03-01.json", utc(2023, 3, 1)),
        ("2024-01-01_999999.json", utc(2024, 1, 1)),
        ("2024-01-01 24-00-00.json", utc(2024, 1, 1)),
        ("top50-2023-03-27T23:59:59+02:00.json", utc(2023, 3, 27, 21, 59, 59)),
        ("top50-2023-03-27T23:59:59-01:30.json", utc(2023, 3, 28, 1, 29, 59)),
        ("top50-2023-03-27_12-00-00-0001.json", utc(2023, 3, 27, 12)),
    ],
)
def test_other_names_may_contain_a_time_but_no_chart(name, moment):
    assert identify(name) == Identity(None, moment, None, "time in the name")


@pytest.mark.parametrize(
    "name",
    ["tracks.json", "2024-13-45.json", "123456789.json", "19991231.json", "spotify_raw_.json"],
)
def test_a_name_without_a_time_has_no_identity(name):
    assert identify(name) == Identity()


def test_a_date_in_the_name_that_is_none_is_not_replaced_by_another_time():
    with pytest.raises(InvalidRawFile, match="it is 2024-02-30"):
        check_stated_time("top50_2024-02-30.json")
    for name in ("x_2023-02-30_2023-03-01.json", "top50_2000-01-01.json", "20240230.json"):
        check_stated_time(name)


def test_a_landing_name_with_an_invalid_date_has_no_identity():
    assert identify("spotify_raw_x_20260231T000000Z.json") == Identity()


@pytest.mark.parametrize(
    ("name", "instead"),
    [
        ("regional-us-daily-latest.csv", "latest"),
        ("regional-us-daily-latest (1).csv", "latest"),
        ("regional-us-daily-2024-02-31.csv", "2024-02-31"),
        ("regional-us-daily-2019-12-20--2019-13-27.csv", "2019-13-27"),
    ],
)
def test_a_chart_file_without_a_date_names_its_chart_and_no_other_time_is_taken(name, instead):
    assert identify(name, landed_at=utc(2026, 1, 2)) == Identity("regional-us-daily", None, "name")
    with pytest.raises(InvalidRawFile, match=f'has "{instead}" instead; state the date'):
        check_stated_time(name)


@pytest.mark.parametrize("text", ["", "..", ".", "a/b", "a b", "é", "a\n", "../x"])
def test_a_chart_id_cannot_be_a_path(text):
    assert not is_chart_id(text)


@given(
    st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,30}", fullmatch=True),
    st.datetimes(datetime(2006, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC)),
)
def test_a_landing_name_contains_chart_and_time(chart_id, moment):
    moment = moment.replace(microsecond=0)
    assert identify(landing_name(chart_id, moment)) == Identity(chart_id, moment, "name", "name")


def test_the_name_of_a_replaced_raw_file_is_recognized():
    name = replaced_name("regional-us-weekly-2024-01-04.csv", "0123456789abcdef")
    assert name == "regional-us-weekly-2024-01-04.replaced-0123456789ab.csv"
    assert is_replaced(name)
    assert is_replaced(replaced_name("nosuffix", "0123456789abcdef"))
    assert not is_replaced("regional-us-weekly-2024-01-04.csv")


def test_the_keys_of_a_partition():
    partition = Partition("regional-us-weekly", "2024-01")
    assert manifest_key(partition) == "manifests/regional-us-weekly/2024-01.json"
    assert Partition.of_manifest(manifest_key(partition)) == partition
    assert Partition.of_manifest("manifests/x/readme.txt") is None
    assert (
        table_keys(partition, "parquet")["songs"]
        == "transformed_data/song_data/snapshot_month=2024-01/regional-us-weekly.parquet"
    )
