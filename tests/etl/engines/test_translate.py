"""Models in other dialects: what differs is rewritten, what is not known to be equal is refused."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest
from trino_sql_validator import validate

from etl.database import connect, models
from etl.engines.athena import question_statements
from etl.engines.export import EXPORTED_VIEWS, Index, read_schema
from etl.engines.translate import Dialect, translate
from etl.engines.views import history_views, table_views
from etl.errors import Untranslatable
from etl.mirror.schema import create_mirror

SCHEMA = {
    "t": {
        "a": "BIGINT",
        "b": "BIGINT",
        "d": "DATE",
        "e": "DATE",
        "f": "DOUBLE",
        "is_ok": "BOOLEAN",
        "l": "VARCHAR[]",
        "m": "VARCHAR[]",
        "x": "VARCHAR",
    },
    "u": {"a": "BIGINT", "x": "VARCHAR"},
}
DATE = "'^[0-9]{4}-[0-9]{2}-[0-9]{2}$'"


def translated(
    select: str, dialect: Dialect, parameters: Sequence[object] = (), **variables: object
) -> str:
    """The translation on one line, without quotes around names."""
    text = " ".join(translate(select, dialect, SCHEMA, variables, parameters).split())
    text = text.replace("`", "").replace('"', "")
    return (
        text.replace("( ", "(")
        .replace(" )", ")")
        .removeprefix("SELECT ")
        .removesuffix(" FROM t AS t")
    )


@pytest.mark.parametrize(
    ("expression", "on_athena", "on_spark"),
    [
        ("len(l)", "CARDINALITY(t.l)", "SIZE(t.l)"),
        ("len(x)", "LENGTH(t.x)", "LENGTH(t.x)"),
        ("d - e", "DATE_DIFF('DAY', t.e, t.d)", "DATEDIFF(DAY, t.e, t.d)"),
        (
            "d - 7",
            "DATE_ADD('DAY', CAST(-(7) AS INTEGER), t.d)",
            "DATE_ADD(t.d, CAST(-(7) AS INT))",
        ),
        ("d + a", "DATE_ADD('DAY', CAST(t.a AS INTEGER), t.d)", "DATE_ADD(t.d, CAST(t.a AS INT))"),
        (
            "arg_max(x, a)",
            "MAX_BY(t.x, t.a) FILTER(WHERE NOT t.x IS NULL)",
            "MAX_BY(t.x, t.a) FILTER(WHERE NOT t.x IS NULL)",
        ),
        (
            "arg_min(x, a) filter (where is_ok)",
            "MIN_BY(t.x, t.a) FILTER(WHERE t.is_ok AND NOT t.x IS NULL)",
            "MIN_BY(t.x, t.a) FILTER(WHERE t.is_ok AND NOT t.x IS NULL)",
        ),
        ("any_value(x)", "MAX(t.x)", "MAX(t.x)"),
        (
            "count(*) filter (where is_ok) over (partition by x)",
            "COUNT(CASE WHEN t.is_ok THEN 1 END) OVER (PARTITION BY t.x)",
            "COUNT(CASE WHEN t.is_ok THEN 1 END) OVER (PARTITION BY t.x)",
        ),
        (
            "sum(a) filter (where is_ok and b > 1) over (partition by x)",
            "SUM(CASE WHEN t.is_ok AND t.b > 1 THEN t.a END) OVER (PARTITION BY t.x)",
            "SUM(CASE WHEN t.is_ok AND t.b > 1 THEN t.a END) OVER (PARTITION BY t.x)",
        ),
        (
            "greatest(a, b)",
            "GREATEST(COALESCE(t.a, t.b), COALESCE(t.b, t.a))",
            "GREATEST(COALESCE(t.a, t.b), COALESCE(t.b, t.a))",
        ),
        ("a / b", "CAST(t.a AS DOUBLE) / t.b", "t.a / t.b"),
        (
            "try_cast(x as date)",
            f"CASE WHEN REGEXP_LIKE(t.x, {DATE}) THEN TRY_CAST(t.x AS DATE) END",
            f"CASE WHEN t.x RLIKE {DATE} THEN TRY_CAST(t.x AS DATE) END",
        ),
        ("list_has_any(l, m)", "ARRAYS_OVERLAP(t.l, t.m)", "ARRAYS_OVERLAP(t.l, t.m)"),
        ("array_to_string(l, ',')", "ARRAY_JOIN(t.l, ',')", "ARRAY_JOIN(t.l, ',')"),
        ("l[2]", "ELEMENT_AT(t.l, 2)", "TRY_ELEMENT_AT(t.l, 2)"),
        ("'infinity'::date", "CAST('9999-12-31' AS DATE)", "CAST('9999-12-31' AS DATE)"),
    ],
)
def test_an_expression_keeps_its_value(expression, on_athena, on_spark):
    select = f"select {expression} as n from t"
    assert translated(select, Dialect.athena) == f"{on_athena} AS n"
    assert translated(select, Dialect.spark) == f"{on_spark} AS n"


@pytest.mark.parametrize(
    ("select", "on_athena"),
    [
        (
            "select a from t semi join u on t.a = u.a",
            "t.a AS a FROM t AS t WHERE EXISTS(SELECT 1 FROM u AS u WHERE t.a = u.a)",
        ),
        (
            "select a from t anti join u on t.a = u.a",
            "t.a AS a FROM t AS t WHERE NOT EXISTS(SELECT 1 FROM u AS u WHERE t.a = u.a)",
        ),
        (
            "select a, x from t union all by name select x from u",
            "t.a AS a, t.x AS x FROM t AS t UNION ALL SELECT NULL AS a, u.x AS x FROM u AS u",
        ),
        (
            "select x, b + 1 as c, sum(a) as n from t group by all",
            "t.x AS x, t.b + 1 AS c, SUM(t.a) AS n FROM t AS t GROUP BY t.x, t.b + 1",
        ),
        (
            "select sum(a) over (w order by b) as n from t window w as (partition by x)",
            "SUM(t.a) OVER (PARTITION BY t.x ORDER BY t.b) AS n",
        ),
        (
            "select * from (select x from t order by a) as answer where x in (?)",
            "answer.x AS x FROM (SELECT t.x AS x, t.a AS order_1 FROM t AS t) AS answer"
            " WHERE answer.x IN ('b') ORDER BY answer.order_1",
        ),
        (
            "select median(a) over (partition by x) > 2 as is_more from t",
            "CASE WHEN CARDINALITY(ARRAY_SORT(FILTER(ARRAY_AGG("
            "CASE WHEN NOT t.a IS NULL THEN t.a END) OVER (PARTITION BY t.x),"
            " one -> NOT one IS NULL))) > 0 THEN",
        ),
        (
            "select unnest(l) as n from t",
            "unnested.unnested_1 AS n FROM t AS t CROSS JOIN UNNEST(t.l) AS unnested(unnested_1)",
        ),
        (
            "select a from t where (a, x) in (select (a, x) from u)",
            "t.a AS a FROM t AS t WHERE (t.a, t.x) IN (SELECT u.a, u.x FROM u AS u)",
        ),
        (
            "select x from t qualify row_number() over (order by a) = 1 order by b",
            "kept.x FROM (SELECT t.x AS x, (ROW_NUMBER() OVER (ORDER BY t.a) = 1) AS is_kept,"
            " t.b AS order_1 FROM t AS t) AS kept WHERE kept.is_kept ORDER BY kept.order_1",
        ),
        ("select * exclude (l, m, f, is_ok, d, e) from t", "t.a AS a, t.b AS b, t.x AS x"),
    ],
)
def test_a_clause_that_athena_lacks_becomes_another(select, on_athena):
    parameters = ["b"] if "?" in select else []
    assert translated(select, Dialect.athena, parameters).startswith(on_athena)


def test_variables_become_literals_and_those_that_are_not_set_null():
    select = (
        "select getvariable('since')::date as a, getvariable('until')::date as b,"
        " list_contains(getvariable('charts'), x) as c from t"
    )
    found = translated(select, Dialect.athena, since=date(2026, 1, 2), charts=["it's"])
    assert "CAST('2026-01-02' AS DATE)" in found
    assert "CAST(NULL AS DATE)" in found
    assert "CONTAINS(ARRAY['it''s'], t.x)" in found


@pytest.mark.parametrize(
    "select",
    [
        *("select epoch_ms(d) from t", "select make_date(2020, 1, 1)", "select week(d) from t"),
        "pivot t on x using sum(a)",
        *("select t.a from t asof join u on t.a >= u.a", "select distinct on (x) a from t"),
        *("select f::integer from t", "select a // b from t", "select l[a] from t"),
        *("select list(x order by a) from t", "select d - x from t", "select unknown from t"),
        *("select a, unnest(l) from t group by a, l", "select getvariable('other') from t"),
        *("select greatest(a, b, 1) from t", "select try_cast(x as integer) from t"),
        *("select arg_max(x, a) over () from t", "select count(distinct x) over () from t"),
        "select count(distinct x) filter (where is_ok) over () from t",
        "select first_value(x) filter (where is_ok) over (order by a) from t",
    ],
)
@pytest.mark.parametrize("dialect", Dialect)
def test_what_is_not_known_to_be_equal_is_refused(select, dialect):
    with pytest.raises(Untranslatable):
        translate(select, dialect, SCHEMA)


def test_every_view_and_question_is_valid_in_trino():
    schema = mirror_schema()
    found = history_views(schema, Dialect.athena)
    assert found.keys() == models("views").keys() - {*EXPORTED_VIEWS, "songs"}
    for is_csv in (False, True):
        tables = table_views(schema, Dialect.athena, is_csv=is_csv)
        found |= {f"{name}, {is_csv=}": text for name, text in tables.items()}
    asked, refused = question_statements(Index(schema, {}, None))
    assert refused == {}
    found |= {one.name: one.sql.partition("as\n")[2] for one in asked}
    # The validator accepts functions that Trino lacks, with a warning.
    problems = {name: _problems(text) for name, text in found.items()}
    assert {name: some for name, some in problems.items() if some} == {}


def mirror_schema():
    with connect() as connection:
        create_mirror(connection)
        return read_schema(connection)


def _problems(text: str) -> list[object]:
    result = validate(text)
    warnings = [getattr(result, name) for name in dir(result) if name.endswith("warnings")]
    return [*([] if result.valid else [result]), *(one for some in warnings for one in some)]
