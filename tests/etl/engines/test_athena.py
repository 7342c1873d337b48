"""The tables and views that Athena is given, and questions that it is asked, with moto."""

from __future__ import annotations

from contextlib import suppress

import pytest

from etl.aws import athena as door
from etl.database import QueryResult
from etl.engines.athena import define_views
from etl.engines.export import export
from etl.engines.run import run_on
from etl.engines.translate import Dialect
from etl.errors import ConfigurationError, QueryError
from etl.lake import open_lake
from etl.mirror.answers import answer
from etl.mirror.limits import Choice
from etl.mirror.questions import find_question, questions
from etl.mirror.refresh import refresh
from etl.pipeline.process import process_pending
from etl.settings import Settings
from tests.support.aws_server import BUCKET
from tests.support.commands import run_command
from tests.support.small_lakes import chart_body, chart_name, put_pending

DATABASE = "charts"


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """A folder with a lake that has a chart, its mirror, and an export."""
    folder = tmp_path_factory.mktemp("exported")
    lake = open_lake(str(folder / "lake"))
    put_pending(lake, {chart_name(week): chart_body(week) for week in range(2)})
    process_pending(lake, "parquet")
    refresh(lake, folder / "mirror.duckdb")
    export(lake, folder / "mirror.duckdb")
    return folder


@pytest.fixture
def settings(aws, exported):
    """Settings of that lake in a bucket, and of its mirror."""
    aws.make_bucket()
    with aws.client("s3") as s3:
        for path in (exported / "lake").rglob("*.*"):
            key = f"music/{path.relative_to(exported / 'lake').as_posix()}"
            s3.upload_file(str(path), BUCKET, key)
    return Settings(
        lake=f"s3://{BUCKET}/music",
        mirror=exported / "mirror.duckdb",
        athena_database=DATABASE,
    )


@pytest.fixture
def statements(monkeypatch):
    """The statements that Athena was given, in the order in which it was."""
    given: list[str] = []

    def run(sql, database, workgroup, variables):
        given.append(sql)
        return run_query(sql, database, workgroup, variables, poll=0.01)

    run_query = door.run_query
    monkeypatch.setattr("etl.engines.athena.run_query", run)
    monkeypatch.setattr("etl.aws.athena.run_query", run)
    return given


@pytest.fixture
def refusing(monkeypatch):
    """Lets Athena refuse the statements with one of some texts; returns those it was given."""
    given: list[str] = []

    def refuse(*texts):
        def run(sql, *others):
            given.append(sql)
            if any(text in sql for text in texts):
                raise QueryError("Athena cannot run the query: too many cooks.")
            return QueryResult((), ())

        monkeypatch.setattr("etl.engines.athena.run_query", run)
        return given

    return refuse


@pytest.fixture
def few_views(monkeypatch):
    """Lets a view and two questions be all that there are."""
    few = {name: questions()[name] for name in ("number-ones", "this-week")}
    monkeypatch.setattr("etl.engines.athena.questions", lambda: few)
    monkeypatch.setattr("etl.engines.views.models_in_order", lambda *_: ("movements",))


def test_tables_are_defined_before_views_and_views_before_what_reads_them(settings, statements):
    defined = define_views(open_lake(settings.lake), settings)
    tables = [one for one in statements if one.startswith("create external table")]
    views = [one for one in statements if one.startswith("create or replace view")]
    assert (defined.tables, defined.views) == (len(tables), len(views))
    assert sorted(statements[-len(views) :]) == sorted(views)
    order = [view.split('"')[1] for view in views]
    assert order.index("songs") < order.index("movements") < order.index("this_week")
    (entries,) = [one for one in tables if one.startswith("create external table `entries`")]
    assert f"location 's3://{BUCKET}/music/history_data/entries/'" in entries
    assert "`artist_ids` array<string>" in entries
    assert "stored as parquet" in entries


def test_tables_and_views_can_be_defined_again(settings, statements, few_views):
    lake = open_lake(settings.lake)
    define_views(lake, settings)
    first = len(statements)
    define_views(lake, settings)
    assert sorted(statements[first:]) == sorted(statements[:first])
    assert "drop table if exists `entries`" in statements


def test_what_another_version_defined_as_a_view_may_be_a_table_now_and_the_other_way_round(
    settings, statements, few_views, aws
):
    history = f"{settings.lake}/history_data"
    define_in_glue(aws, "record_marks", is_view=True)
    define_in_glue(aws, "runs", location=f"{history}/runs/")
    define_in_glue(aws, "movements", location=f"{history}/movements/")
    define_in_glue(aws, "this_week", location="s3://mine/this_week/")
    define_in_glue(aws, "number_ones", is_view=True)
    define_views(open_lake(settings.lake), settings)
    drops = [one for one in statements if one.startswith("drop")]
    assert statements[: len(drops)] == drops
    assert 'drop view if exists "record_marks"' in drops
    assert "drop table if exists `record_marks`" not in drops
    assert "drop table if exists `runs`" in drops
    assert "drop table if exists `movements`" in drops
    assert not any("this_week" in one or "number_ones" in one for one in drops)


def define_in_glue(aws, name, *, is_view=False, location=""):
    """Define a table in Glue, or a view as Athena does."""
    with aws.client("glue") as glue:
        with suppress(glue.exceptions.AlreadyExistsException):
            glue.create_database(DatabaseInput={"Name": DATABASE})
        table = {
            "Name": name,
            "TableType": "VIRTUAL_VIEW" if is_view else "EXTERNAL_TABLE",
            "StorageDescriptor": {"Columns": [], "Location": location},
            "Parameters": {"presto_view": "true"} if is_view else {},
        }
        glue.create_table(DatabaseName=DATABASE, TableInput=table)


def test_a_table_that_athena_refuses_is_named(settings, few_views, refusing):
    refusing("create external table `runs`")
    with pytest.raises(QueryError, match=r"runs could not be defined in Athena: .*cooks"):
        define_views(open_lake(settings.lake), settings)


def test_views_that_athena_refuses_leave_the_others_to_be_defined(settings, few_views, refusing):
    given = refusing('view "movements"', 'view "number_ones"')
    defined = define_views(open_lake(settings.lake), settings)
    assert defined.refused.keys() == {"movements", "number_ones"}
    views = [one for one in given if one.startswith("create or replace view")]
    assert defined.views == len(views) - 2
    assert any('view "this_week"' in one for one in views)


def test_the_command_names_all_views_that_athena_refuses(
    settings, few_views, refusing, monkeypatch, capsys
):
    monkeypatch.setenv("CHARTLAKE_LAKE", settings.lake)
    monkeypatch.setenv("CHARTLAKE_ATHENA_DATABASE", DATABASE)
    assert run_command("aws", "views") == 0
    refusing('view "this_week"', 'view "number_ones"')
    capsys.readouterr()
    assert run_command("aws", "views") == 1
    shown = capsys.readouterr()
    assert f"and 4 views in {DATABASE}" in shown.out
    for name in ("this_week", "number_ones"):
        assert f"{name} was not defined: Athena cannot run the query: too many cooks." in shown.err


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"athena_database": None}, "Set CHARTLAKE_ATHENA_DATABASE"),
        ({"lake": "lake"}, "Athena reads from S3, and CHARTLAKE_LAKE is lake"),
    ],
)
def test_views_need_a_database_and_a_bucket(settings, changes, sentence):
    changed = settings.model_copy(update=changes)
    with pytest.raises(ConfigurationError, match=sentence):
        define_views(open_lake(settings.lake), changed)


def test_a_question_is_asked_in_the_dialect_of_athena(settings, statements):
    question = find_question("newcomers")
    assert question is not None
    asked = answer(
        settings.mirror,
        question,
        Choice(chart="regional-xx-weekly"),
        run=run_on(Dialect.athena, settings),
    )
    (statement,) = statements
    assert "'regional-xx-weekly'" in statement
    assert statement.rstrip().splitlines()[-3].startswith("ORDER BY")
    assert asked.rows.columns[:3] == ("chart_id", "period_end", "position")


def test_a_question_for_athena_needs_a_database(settings):
    with pytest.raises(ConfigurationError, match="CHARTLAKE_ATHENA_DATABASE"):
        run_on(Dialect.athena, settings.model_copy(update={"athena_database": None}))
