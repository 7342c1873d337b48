"""What an artist credit is made of, by the other credits and the artists of the history."""

from __future__ import annotations

import random

import pytest

from tests.support.hand_made_mirrors import THURSDAY, hand_made_mirror

HARD_NAMES = (
    *("Tyler, The Creator", "Earth, Wind & Fire", "Peter, Paul and Mary", "Hollow, Ltd."),
    *("Crosby, Stills, Nash & Young", "Emerson, Lake & Palmer", "Sun, The Moon"),
    *("Harry Hollow, Jr.", "Sam Hollow, Jr.", "slowly, slowly", "Hare, Jasper, Hare"),
    *("Alex, Jorge y Lena", "Fear, and Loathing", "Goodnight, Hollow", "Ann, Bob, Cleo"),
)


@pytest.fixture
def mirror():
    with hand_made_mirror() as mirror:
        yield mirror


def resolved(mirror, *credits, artists=()):
    """The names of each credit in a history of these credits and artists; None if unresolved."""
    mirror.put("list", THURSDAY, [(None, None, credit) for credit in credits])
    for number, name in enumerate(artists):
        mirror.put_row("artists", "list", THURSDAY, artist_id=f"{number}", artist_name=name)
    return names_of(mirror)


def names_of(mirror):
    found = mirror.execute("select artist_credit, artist_names, is_resolved from credits")
    return {credit: names if settled else None for credit, names, settled in found.fetchall()}


def test_names_that_stand_alone_are_names_in_a_credit(mirror):
    found = resolved(mirror, "Ann, Bob", "Ann", "Bob")
    assert found["Ann, Bob"] == ["Ann", "Bob"]


def test_names_that_stand_beside_different_names_are_names(mirror):
    found = resolved(mirror, "Ann, Bob", "Cleo, Ann", "Bob, Cleo", "Bob, Dan")
    assert found["Ann, Bob"] == ["Ann", "Bob"]


def test_a_comma_that_nothing_settles_keeps_the_whole_credit(mirror):
    found = resolved(mirror, "Ann, Bob", "Earth, Wind & Fire")
    assert found == {"Ann, Bob": None, "Earth, Wind & Fire": None}


def test_a_new_name_beside_a_known_one_is_a_name(mirror):
    assert resolved(mirror, "Ann, Newcomer", "Ann")["Ann, Newcomer"] == ["Ann", "Newcomer"]


@pytest.mark.parametrize(
    ("known", "name"), [("Tyler", "Tyler, The Creator"), ("Earth", "Earth, Wind & Fire")]
)
def test_what_reads_as_the_rest_of_a_name_is_not_a_new_name(mirror, known, name):
    assert resolved(mirror, name, known)[name] is None


def test_a_pair_that_recurs_although_one_of_them_is_known_is_not_split(mirror):
    found = resolved(mirror, "Quiet, Please", "Quiet, Please, Ann", "Quiet", "Ann")
    assert found["Quiet, Please"] is None


def test_parts_that_are_never_seen_apart_are_one_name(mirror):
    found = resolved(
        mirror, *("Tyler, The Creator", "Tyler, The Creator, Ann", "Bob, Tyler, The Creator"), "Ann"
    )
    assert found["Tyler, The Creator"] == ["Tyler, The Creator"]
    assert found["Bob, Tyler, The Creator"] == ["Bob", "Tyler, The Creator"]


def test_a_listed_name_with_commas_is_one_name(mirror):
    name = "Crosby, Stills, Nash & Young"
    credits = (name, f"Ann, {name}, Bob", "Crosby", "Crosby, Stills")
    found = resolved(mirror, *credits, artists=(name, "Crosby, Stills"))
    assert found[name] == [name]
    assert found[f"Ann, {name}, Bob"] == ["Ann", name, "Bob"]
    assert found["Crosby, Stills"] == ["Crosby, Stills"]


def test_a_credit_of_listed_names_in_two_ways_is_unresolved(mirror):
    assert resolved(mirror, "Ann, Bob", artists=("Ann", "Bob", "Ann, Bob"))["Ann, Bob"] is None


def test_listed_names_that_overlap_leave_a_credit_unresolved(mirror):
    assert resolved(mirror, "A, B, C", artists=("A, B", "B, C"))["A, B, C"] is None


def test_case_accents_and_spaces_make_no_other_name(mirror):
    found = resolved(mirror, "Rosalía,  J Balvin", "ROSALIA", "j  balvin")
    assert found["Rosalía,  J Balvin"] == ["Rosalía", "J Balvin"]


@pytest.mark.parametrize(
    "title",
    [
        *("Song (feat. Bob)", "Song [Feat. Bob & Ann]", "Song ft. Bób", "Song (with Bob and Ann)"),
        *("Song - Bob Remix", "Song (Bob Radio Edit)", "Song (Ann x Bob)", "Ann Vs. (Ann vs. Bob)"),
        *("Song - feat. Bob - Live", "Song (feat. Bob, Cleo & Dan)"),
    ],
)
def test_a_title_can_tell_where_a_name_begins(mirror, title):
    put_titled(mirror, [("Ann, Bob", title, None), ("Eve, Fay", title, None)])
    assert names_of(mirror) == {"Ann, Bob": ["Ann", "Bob"], "Eve, Fay": None}


@pytest.mark.parametrize(
    "title", ["Song (feat. Cleo, Bob, Dan)", "Bob", "Song with Bob", "Song (feat. Bobby)", None]
)
def test_a_name_elsewhere_in_a_title_tells_nothing(mirror, title):
    put_titled(mirror, [("Ann, Bob", title, None)])
    assert names_of(mirror) == {"Ann, Bob": None}


def test_a_name_of_several_parts_in_a_title_stays_whole(mirror):
    title = "Song (feat. Tyler, The Creator & Bob)"
    put_titled(mirror, [("Ann, Tyler, The Creator, Bob", title, None), ("Tyler", "Solo", None)])
    assert names_of(mirror)["Ann, Tyler, The Creator, Bob"] is None


def test_who_has_the_name_of_the_label_is_an_artist(mirror):
    put_titled(mirror, [("Ann, Bob", "Song", "ANN"), ("Eve, Fay", "Song", "Eve Records")])
    assert names_of(mirror) == {"Ann, Bob": ["Ann", "Bob"], "Eve, Fay": None}


def test_a_dj_or_mc_begins_a_name(mirror):
    assert resolved(mirror, "Ann, DJ Bob")["Ann, DJ Bob"] == ["Ann", "DJ Bob"]


def test_a_suffix_and_a_repeated_word_belong_to_the_name(mirror):
    names = ("Ann Hollow, Jr.", "Bob Hollow, Jr.", "Cleo, Inc.", "slowly, slowly")
    found = resolved(mirror, *names, "Dan, slowly, slowly", "Dan", "slowly, slowly, Eve")
    assert all(found[name] == [name] for name in names)
    assert found["Dan, slowly, slowly"] == ["Dan", "slowly, slowly"]


def test_a_part_that_is_credited_twice_is_part_of_a_longer_name(mirror):
    found = resolved(mirror, "Hare, Jasper, Hare", "Hare", "Jasper", "Hare, Jasper", "Jasper, Hare")
    assert found["Hare, Jasper, Hare"] is None


@pytest.mark.parametrize("credit", ["Ann, ", ", Ann", "Ann, , Bob", ""])
def test_a_blank_part_leaves_a_credit_unresolved(mirror, credit):
    assert resolved(mirror, credit, "Ann", "Bob")[credit] is None


def test_the_artists_of_an_entry_are_the_names_of_its_credit(mirror):
    resolved(mirror, "Ann, Twin", "Ann", "Twin", "Ann, X, Y", artists=("Ann", "Twin", "twin"))
    found = mirror.execute(
        "select position, artist_key, artist_name, weight from entry_artists order by all"
    )
    assert found.fetchall() == [
        (1, "0", "Ann", 2.0),
        (1, "name:twin", "Twin", 2.0),
        (2, "0", "Ann", 3.0),
        (3, "name:twin", "Twin", 2.0),
        (4, "credit:Ann, X, Y", "Ann, X, Y", 1.0),
    ]


def test_the_ids_of_an_entry_outrank_its_credit(mirror):
    mirror.put("list", THURSDAY, [])
    mirror.put_row(
        "songs", "list", THURSDAY, position=1, artist_credit="Ann, Bob", artist_ids=["1", "9"]
    )
    mirror.put_row("artists", "list", THURSDAY, artist_id="1", artist_name="Anna")
    found = mirror.execute("select artist_key, artist_name from entry_artists order by all")
    assert found.fetchall() == [("1", "Anna"), ("9", None)]


def put_titled(mirror, songs):
    """Put songs, each with credit, title and label, one below the other."""
    mirror.put("list", THURSDAY, [])
    for position, (credit, title, label) in enumerate(songs, 1):
        song = {"artist_credit": credit, "song_name": title, "label": label}
        mirror.put_row("songs", "list", THURSDAY, position=position, **song)


@pytest.mark.parametrize("seed", range(3))
def test_most_credits_of_a_world_with_hard_names_are_resolved_and_hardly_any_wrong(mirror, seed):
    chance = random.Random(seed)
    names = [f"Artist {number}" for number in range(300)] + list(HARD_NAMES)
    names += ["Tyler", "Earth", "Peter", "Simon & Son", "The Band"]
    chance.shuffle(names)
    popularity = [1 / (rank + 10) for rank in range(len(names))]
    truth = {}
    entries = []
    for _ in range(1500):
        wanted = chance.choices((1, 2, 3, 4), (62, 25, 9, 4))[0]
        credited = list(dict.fromkeys(chance.choices(names, popularity, k=wanted)))
        truth[", ".join(credited)] = credited
        entries += [", ".join(credited)] * chance.randint(1, 20)
    found = resolved(mirror, *entries)
    settled = [credit for credit in entries if found[credit]]
    right = [credit for credit in settled if found[credit] == truth[credit]]
    assert len(settled) >= 0.95 * len(entries)
    assert len(right) >= 0.995 * len(settled)
