from __future__ import annotations

import re
from pathlib import Path

from etl.mirror.dictionary import described_models, dictionary

PAGE = Path(__file__).parents[2] / "docs/dictionary.md"


def test_the_dictionary_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == dictionary(), "run `make dictionary`"


def test_the_dictionary_lists_every_table_view_and_report():
    headings = re.findall(r"^### (.+)$", dictionary(), re.MULTILINE)
    assert headings == [name for chapter in described_models().values() for name in chapter]


def test_every_column_is_described():
    rows = re.findall(r"^\| `(.+)` \| (.+) \| (.*) \|$", dictionary(), re.MULTILINE)
    assert len(rows) > 200
    assert not [column for column, _, description in rows if not description.strip()]
