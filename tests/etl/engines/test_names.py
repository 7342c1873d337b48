"""Questions on other engines where there is no mirror: names are looked up in what was exported."""

from __future__ import annotations

import pytest

from etl.database import QueryResult
from etl.engines.export import export
from etl.engines.names import mirror_of_export
from etl.errors import QueryError
from etl.lake import open_lake
from etl.lake.layout import HISTORY
from etl.mirror.answers import answer
from etl.mirror.limits import Choice
from etl.mirror.questions import find_question
from etl.mirror.refresh import refresh
from etl.pipeline.process import process_pending
from tests.support.commands import run_command
from tests.support.small_lakes import history, put_pending


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a lake of charts and a playlist, its mirror, and an export."""
    folder = tmp_path_factory.mktemp("exported")
    lake = open_lake(str(folder / "lake"))
    put_pending(lake, history(weeks=2))
    process_pending(lake, "parquet")
    refresh(lake, folder / "mirror.duckdb")
    export(lake, folder / "mirror.duckdb")
    return folder


@pytest.fixture
def asked(folder, monkeypatch):
    """What Spark is asked, in its dialect, where there is no mirror."""
    given: list[str] = []

    def run(sql, *others):
        given.append(sql)
        return QueryResult((), ())

    monkeypatch.setattr("etl.engines.spark.run_query", run)
    monkeypatch.setenv("CHARTLAKE_LAKE", str(folder / "lake"))
    monkeypatch.setenv("CHARTLAKE_MIRROR", str(folder / "none.duckdb"))
    return given


@pytest.mark.parametrize(
    ("question", "choice"),
    [
        ("number-ones", Choice()),
        ("this-week", Choice(chart="yy-weekly")),
        ("artist-career", Choice(artist="artist 3")),
        ("song-life", Choice(artist="artist 3", song="song 3")),
        ("song-spread", Choice(song="song 3")),
        ("song-spread", Choice(artist="artist 3")),
    ],
)
def test_the_export_has_the_names_and_charts_of_the_mirror(folder, question, choice):
    found = find_question(question)
    assert found is not None

    def answered(mirror):
        given = []

        def run(select, parameters, variables):
            chosen = {
                name: sorted(value) if isinstance(value, list) else value
                for name, value in variables.items()
            }
            given.append((select, sorted(parameters), chosen))
            return QueryResult((), ())

        return answer(mirror, found, choice, run=run), given

    has_names = choice.artist is not None or choice.song is not None
    with mirror_of_export(open_lake(str(folder / "lake")), has_names=has_names) as mirror:
        assert answered(mirror) == answered(folder / "mirror.duckdb")
    assert not mirror.exists()


def test_a_question_on_another_engine_needs_no_mirror(asked):
    assert run_command("ask", "number-ones", "--chart", "xx-weekly", "--on", "spark") == 0
    assert (
        run_command(
            *("ask", "artist-career", "--chart", "xx-weekly"),
            *("--artist", "artist 3", "--on", "spark"),
        )
        == 0
    )
    by_chart, by_artist = asked
    assert "'regional-xx-weekly'" in by_chart
    assert "'artist0003'" in by_artist


def test_without_a_name_the_entries_are_not_read(asked, folder, monkeypatch):
    read: list[str] = []
    lake = open_lake(str(folder / "lake"))

    def read_and_note(self, key):
        read.append(key)
        return read_one(self, key)

    read_one = type(lake).read
    monkeypatch.setattr(type(lake), "read", read_and_note)
    assert run_command("ask", "number-ones", "--on", "spark") == 0
    assert {key.split("/")[1] for key in read} == {"charts", "chart_periods", "index.json"}


def test_a_question_to_the_mirror_needs_one(asked, capsys):
    assert run_command("ask", "number-ones") == 1
    assert "There is no mirror" in capsys.readouterr().err


def test_an_export_that_does_not_fit_is_named(lake, tmp_path):
    put_pending(lake, history(weeks=1))
    process_pending(lake, "parquet")
    refresh(lake, tmp_path / "mirror.duckdb")
    export(lake, tmp_path / "mirror.duckdb")
    gaps = lake.read(f"{HISTORY}gaps/all.parquet").body
    key = f"{HISTORY}charts/all.parquet"
    lake.delete(key)
    lake.write(key, gaps)
    with (
        pytest.raises(QueryError, match=r"charts cannot be read: .* Run `chartlake export`"),
        mirror_of_export(lake, has_names=False),
    ):
        pass
