"""Lines of responses: each track is written once, as long as it is remembered."""

import io
import json

import pytest

from etl.sources.spotify import response_lines
from etl.sources.spotify.response_lines import ResponseLines
from etl.sources.spotify.responses import read_response
from tests.support import made_up


def lines_of(*pages):
    """The lines of responses with these pages, and those of their tracks."""
    responses, tracks = io.BytesIO(), io.BytesIO()
    lines = ResponseLines(responses, tracks)
    for number, page in enumerate(pages):
        lines.add(number, read_response(made_up.as_json(page)))
    assert lines.bytes_of_responses == responses.tell()
    assert lines.bytes_of_tracks == tracks.tell()
    return [
        [json.loads(line) for line in file.getvalue().splitlines()] for file in (responses, tracks)
    ]


def entries_of(response):
    return [(entry["track_number"], entry["popularity"]) for entry in response["pages"][0]["items"]]


def ranked(*popularities):
    return [
        made_up.entry(made_up.track(number, popularity=popularity))
        for number, popularity in enumerate(popularities)
    ]


def test_a_track_whose_popularity_changes_is_written_once():
    responses, tracks = lines_of(made_up.page(ranked(50, 60)), made_up.page(ranked(51, 62, 70)))
    assert [line["track"]["id"] for line in tracks] == ["song0000", "song0001", "song0002"]
    assert [line["track_number"] for line in tracks] == [0, 1, 2]
    assert entries_of(responses[0]) == [(0, 50), (1, 60)]
    assert entries_of(responses[1]) == [(0, 51), (1, 62), (2, 70)]


def test_a_track_that_changes_is_another():
    renamed = made_up.entry(made_up.track(1, name="Another title"))
    _, tracks = lines_of(made_up.page([*made_up.songs(1), renamed]))
    assert [line["track"]["name"] for line in tracks] == ["Song 1", "Another title"]


def test_entries_without_a_track_have_no_number():
    responses, tracks = lines_of(made_up.page([None, made_up.entry(None), *made_up.songs(1)]))
    assert [item and item.get("track_number") for item in responses[0]["pages"][0]["items"]] == [
        *(None, None, 0)
    ]
    assert len(tracks) == 1


@pytest.mark.parametrize("remembered", [0, 900])
def test_what_was_forgotten_is_written_again_under_another_number(monkeypatch, remembered):
    monkeypatch.setattr(response_lines, "_REMEMBERED_BYTES", remembered)
    page = made_up.page(made_up.songs(1, 2, 3))
    responses, tracks = lines_of(page, page)
    found = {line["track_number"]: line["track"]["id"] for line in tracks}
    assert len(found) == len(tracks) > 3
    for response in responses:
        assert [found[number] for number, _ in entries_of(response)] == [
            *("song0001", "song0002", "song0003")
        ]
