"""Record labels rolled up to their owners."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from etl.database import models
from etl.errors import InvalidInput
from etl.mirror.labels import COLUMNS, listed_owners
from tests.support.hand_made_mirrors import THURSDAY, hand_made_mirror

FILE = Path(__file__).parents[2] / "etl/mirror/label_owners.csv"
CHART = "regional-xx-weekly"
REPORT = models("reports")["owner_shares"]


@pytest.fixture
def mirror():
    with hand_made_mirror() as empty:
        yield empty


def put_labels(mirror, *labels: str | None) -> None:
    """A chart whose songs have these labels, and the same streams."""
    mirror.put(CHART, THURSDAY, [])
    for position, label in enumerate(labels, 1):
        song = {"song_id": f"song {position}", "label": label, "streams": 100}
        mirror.put_row("songs", CHART, THURSDAY, position=position, **song)


def owner_of(mirror, label: str) -> str:
    put_labels(mirror, label)
    ((owner,),) = mirror.execute(f"select owner from ({REPORT})").fetchall()
    return str(owner)


@pytest.mark.parametrize(
    ("label", "owner"),
    [
        ("Republic Records", "Universal Music Group"),
        ("XO / Republic Records", "Universal Music Group"),
        ("Somebody, under exclusive license to Interscope Records", "Universal Music Group"),
        ("Universal-Island Records Ltd.", "Universal Music Group"),
        ("UMLE - Latino", "Universal Music Group"),
        ("Columbia", "Sony Music"),
        ("Sony Music Entertainment México, S.A. de C.V.", "Sony Music"),
        ("WM Brazil", "Warner Music Group"),
        ("Universal Music/Warner Records Inc.", "Warner Music Group"),
        ("BIGHIT MUSIC", "HYBE"),
        # A word that a label's name happens to have is no label.
        ("Epic Stream Sounds", "unknown"),
        ("Columbiana", "unknown"),
        ("Her Own Name", "unknown"),
    ],
)
def test_the_owner_of_a_label(mirror, label, owner):
    mirror.own(listed_owners())
    assert owner_of(mirror, label) == owner


def test_shares_of_owners_sum_to_one_and_unknown_is_shown(mirror):
    mirror.own(listed_owners())
    put_labels(mirror, "Island Records", "Island", "Polydor", "Epic", None, "Her Own Name")
    columns = "owner, labels, biggest_label, share"
    found = mirror.execute(f"select {columns} from ({REPORT})").fetchall()
    assert [row[:3] for row in found] == [
        ("Universal Music Group", 3, "Polydor"),
        ("unknown", 1, "Her Own Name"),
        ("Sony Music", 1, "Epic"),
    ]
    assert [row[3] for row in found] == pytest.approx([3 / 6, 2 / 6, 1 / 6])


def test_without_a_list_of_owners_all_are_unknown(mirror):
    assert owner_of(mirror, "Columbia") == "unknown"


def test_a_file_of_ones_own_adds_labels_and_outranks_the_list(mirror, tmp_path):
    own = tmp_path / "owners.csv"
    own.write_text("label,owner\nHer Own Name,Herself\nEPIC,Somebody\nmy *,Me\n", encoding="utf-8")
    mirror.own(listed_owners(own))
    put_labels(mirror, "Her own name", "Epic Records", "My Second Label", "Columbia")
    found = mirror.execute(f"select owner from ({REPORT})").fetchall()
    assert {owner for (owner,) in found} == {"Herself", "Somebody", "Me", "Sony Music"}


@pytest.mark.parametrize("label", ["COLUMBIA", "Columbia Records", "columbia *", "Columbia*"])
def test_a_file_of_ones_own_outranks_the_list_however_the_label_is_written(mirror, tmp_path, label):
    own = tmp_path / "owners.csv"
    own.write_text(f"label,owner\n{label},A Person\n", encoding="utf-8")
    mirror.own(listed_owners(own))
    assert owner_of(mirror, "Columbia") == "A Person"


@pytest.mark.parametrize("text", [None, "name,company\na,b\n"])
def test_a_file_that_is_no_list_of_owners_is_refused_in_a_sentence(tmp_path, text):
    own = tmp_path / "owners.csv"
    if text:
        own.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"owners\.csv"):
        listed_owners(own)


def test_every_row_of_the_list_has_a_source_and_a_label_of_its_own():
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == COLUMNS
    assert all(row["owner"] and row["source"].startswith("Wikipedia: ") for row in rows)
    assert max(Counter(row["label"] for row in rows).values()) == 1
