"""The demo and the sandbox, as a user runs them."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys

import pytest
from rich.console import Console

from demo.markets import REGIONS
from demo.run import CHART, TREND_MARKETS, run_demo
from demo.trends import CITIES
from etl.errors import InvalidInput
from etl.mirror.questions import questions
from tests.support.commands import heed_interrupts
from tests.support.small_lakes import query_rows

pytestmark = pytest.mark.slow

TIMEOUT = 200  # seconds
TAKE_CHART = (
    "from etl.lake import open_lake; from etl.pipeline.extract import take_chart;"
    "from etl.settings import load_settings; settings = load_settings();"
    "print(take_chart(open_lake('lake'), settings, settings.charts[0]).entries)"
)


def run_chartlake(*arguments: str) -> str:
    completed = subprocess.run(
        [sys.executable, "-m", "etl", *arguments],
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    assert (completed.returncode, completed.stderr) == (0, "")
    return completed.stdout


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The folder and the output of a demo, run by someone who has settings and a login."""
    folder = tmp_path_factory.mktemp("demo")
    (folder / ".env").write_text("CHARTLAKE_GLUE_CRAWLER=real\nCHARTLAKE_FORMAT=csv\n")
    (folder / ".spotify-token.json").write_text("{}")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("CHARTLAKE_LAKE", "s3://real")
        return folder, run_chartlake("demo", "--weeks", "3")


def test_the_demo_prints_the_top_ten_and_next_steps(demo):
    folder, output = demo
    mirror = folder / "demo-lake/mirror.duckdb"
    assert output.count("No. 1") == 2  # the third week runs through the flow
    assert [line.split()[0] for line in output.splitlines() if "snapshot" in line] == [
        *("published", "mirrored")
    ]
    top_ten, _, next_steps = output.partition("Try next")
    number_ones = (
        f"select song_name from movements where position = 1 and chart_id = '{CHART}'"
        " order by snapshot_at desc"
    )
    assert "This week's top ten" in top_ten
    assert query_rows(mirror, number_ones)[0][0] in top_ten.partition("This week's top ten")[2]
    assert "CHARTLAKE_MIRROR=demo-lake/mirror.duckdb" in next_steps
    assert "CHARTLAKE_LABEL_OWNERS=demo-lake/label-owners.csv" in next_steps
    asked = re.findall(r" ask ([a-z-]+)", next_steps)
    assert len(asked) == 3 and set(asked) <= questions().keys()
    assert len(output.splitlines()) < 50


def test_the_demo_mirrors_all_weeks_of_the_playlist_and_of_the_charts_of_markets(demo):
    mirror = demo[0] / "demo-lake/mirror.duckdb"
    statuses = query_rows(mirror, "select distinct status from movements")
    assert {"UP", "DOWN", "NEW"} <= {status for (status,) in statuses}
    counted = "select chart_id, count(*) from snapshots group by all order by all"
    charts = [
        *("album-us", "artist-us"),
        *(f"citytoptrack-{CITIES[market]}" for market in TREND_MARKETS),
        *(f"regional-{region}" for region in REGIONS),
        *(f"viral-{market}" for market in TREND_MARKETS),
    ]
    assert query_rows(mirror, counted) == [
        (CHART, 3),
        *((f"{chart}-weekly", 3) for chart in sorted(charts)),
    ]
    artists = "select count(*) from artists where chart_id = 'artist-us-weekly'"
    assert query_rows(mirror, artists) == [(3 * 50,)]
    assert query_rows(mirror, "from gaps") == []
    # The flow keeps the homes and owners that the weeks before it have.
    assert query_rows(mirror, "select count(*) > 50 from artist_homes") == [(True,)]
    owners = query_rows(mirror, "select distinct owner from label_owners order by all")
    assert owners == [("Northquay Group",), ("Seven Oranges",), ("Tall Order",)]


def test_the_demo_ignores_the_settings_and_the_login_of_the_user(demo):
    folder, _ = demo
    assert (folder / "demo-lake/mirror.duckdb").exists()
    assert not list((folder / "demo-lake/transformed_data").rglob("*.csv"))


def test_the_demo_does_not_delete_a_folder_that_it_did_not_create(tmp_path):
    (tmp_path / "thesis.txt").write_text("irreplaceable")
    with pytest.raises(InvalidInput, match="holds files that are not from a demo"):
        run_demo(2, tmp_path, Console(quiet=True))
    assert (tmp_path / "thesis.txt").read_text() == "irreplaceable"


def test_the_sandbox_serves_a_program_that_uses_its_variables(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    command = [sys.executable, "-m", "etl", "sandbox", "--port", "0"]
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=heed_interrupts,
    ) as sandbox:
        assert sandbox.stdout is not None
        for line in sandbox.stdout:
            if line.strip().startswith("export "):
                name, _, value = line.strip().removeprefix("export ").partition("=")
                monkeypatch.setenv(name, value)
            if "Ctrl-C" in line:
                break
        completed = subprocess.run(
            [sys.executable, "-c", TAKE_CHART], capture_output=True, text=True, check=True
        )
        sandbox.send_signal(signal.SIGINT)
        assert sandbox.wait(TIMEOUT) == 0
    assert completed.stdout == "50\n"
