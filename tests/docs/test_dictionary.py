from __future__ import annotations

import re
from pathlib import Path

from etl.mirror.dictionary import described_models, dictionary

PAGE = Path(__file__).parents[2] / "docs/dictionary.md"


def test_the_dictionary_is_the_one_of_the_models():
    assert PAGE.read_text(encoding="utf-8") == dictionary(), "run `make dictionary`"


def test_every_table_view_and_report_is_in_it():
    found = re.findall(r"^### (.+)$", dictionary(), re.MULTILINE)
    assert found == [name for chapter in described_models().values() for name in chapter]


def test_every_column_is_described():
    rows = re.findall(r"^\| `(.+)` \| (.+) \| (.*) \|$", dictionary(), re.MULTILINE)
    assert len(rows) > 200
    assert not [column for column, _, description in rows if not description.strip()]
