"""The columns of tables that collectors publish, with invented rows."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from etl.lake import open_lake
from etl.mirror.refresh import refresh
from etl.pipeline.process import process_pending
from tests.support.bulk_tables import land
from tests.support.small_lakes import query_rows

ID = "0123456789012345678901"


@dataclass(frozen=True)
class Shape:
    """A table's name, header and row, and the chart, day, entry and credit that it means."""

    name: str
    header: str
    row: str
    chart_id: str
    day: str
    entry: str = f"Song ({ID})"
    credit: str | None = "Ann, Bob"


SHAPES = [
    Shape(
        "charts_songs_daily.csv",
        "date,country,rank,uri,artist_names,track_name,label,peak_rank,previous_rank,days_on_chart,"
        "streams,consecutive_days,entry_status,peak_date,entry_rank,entry_date,release_date,"
        "artist_uris",
        f"2026-01-01,ar,1,spotify:track:{ID},Ann|Bob,Song,L,1,2,9,5,9,SAME,2025-12-01,3,2025-12-01,"
        "2025-11-30,spotify:artist:a|spotify:artist:b",
        "regional-ar-daily",
        "2026-01-01",
    ),
    Shape(
        "charts_artists_daily.csv",
        "date,country,rank,uri,artist_name,peak_rank,previous_rank,days_on_chart,consecutive_days,"
        "entry_status,peak_date,entry_rank,entry_date",
        f"2026-01-02,br,1,spotify:artist:{ID},Ann,1,-1,9,9,SAME,2025-12-01,3,2025-12-01",
        "artist-br-daily",
        "2026-01-02",
        f"Ann ({ID})",
        None,
    ),
    Shape(
        "charts_albums_weekly.csv",
        "date,country,rank,uri,album_name,artist_names,label,peak_rank,previous_rank,weeks_on_chart,"
        "consecutive_weeks,entry_status,peak_date,entry_rank,entry_date,release_date,artist_uris",
        f"2026-01-01,cl,1,spotify:album:{ID},Album,Ann|Bob,L,1,1,9,9,SAME,2025-12-04,3,2025-12-04,"
        "2025-11-28,spotify:artist:a",
        "album-cl-weekly",
        "2026-01-01",
        f"Album ({ID})",
    ),
    Shape(
        "universal_top_spotify_songs.csv",
        "spotify_id,name,artists,daily_rank,daily_movement,weekly_movement,country,snapshot_date,"
        "popularity,is_explicit,duration_ms,album_name,album_release_date,danceability",
        f'"{ID}","Song","Ann, Bob","1","0","1","DE","2026-01-03","99","False","200000","Album",'
        '"2025-01-01","0.5"',
        "regional-de-daily",
        "2026-01-03",
    ),
    Shape(
        "charts.csv",
        "title,rank,date,artist,url,region,chart,trend,streams",
        f'Song,1,2026-01-04,"Ann, Bob",https://open.spotify.com/track/{ID},Ecuador,top200,MOVE_UP,'
        "253019.0",
        "regional-ec-daily",
        "2026-01-04",
    ),
    Shape(
        "merged_data.csv",
        ",title,rank,date,artist,url,region,chart,trend,streams,track_id,album,popularity,"
        "duration_ms,explicit,release_date,available_markets,af_danceability",
        f'0,Song,1,2026-01-05,"Ann, Bob",https://open.spotify.com/track/{ID},France,viral50,'
        f"NEW_ENTRY,,{ID},Album,50.0,200000.0,False,2025-01-01,\"['AR', 'AU']\",0.5",
        "viral-fr-daily",
        "2026-01-05",
    ),
    Shape(
        "data.csv",
        "Position,Track Name,Artist,Streams,URL,Date,Region",
        f'1,Song,"Ann, Bob",5,https://open.spotify.com/track/{ID},2026-01-06,gb',
        "regional-gb-daily",
        "2026-01-06",
    ),
    Shape(
        "charts_daily.csv",
        "date,country,position,streams,track_id,artists,artist_genres,duration,explicit,name",
        f"2026/01/07,hk,1,5,{ID},\"['Ann', 'Bob']\",\"['pop']\",200000,False,Song",
        "regional-hk-daily",
        "2026-01-07",
    ),
    Shape(
        "final.csv",
        ",uri,rank,artist_names,artists_num,artist_individual,artist_id,artist_genre,collab,"
        "track_name,release_date,album_num_tracks,album_cover,source,peak_rank,previous_rank,"
        "weeks_on_chart,streams,week,danceability,country,region,language,pivot",
        f'0,spotify:track:{ID},1,"Ann, Bob",2.0,Ann,spotify:artist:a,pop,1,Song,2025-01-01,9.0,'
        "https://i.example/x,L,1,1,9,5,2026-01-08,0.5,Italy,Europe,Italian,0",
        "regional-it-weekly",
        "2026-01-08",
    ),
    Shape(
        "top200_weekly_charts.csv",
        "track_position,track_name,artist_name,stream_count,track_url,region_name,date",
        f'1,Song,"Ann, Bob",5,https://open.spotify.com/track/{ID},japan,2026-01-15',
        "regional-jp-weekly",
        "2026-01-15",
    ),
    Shape(
        "spotify_charts_dev.csv",
        "\ufeffdate,track,artist,feats,current_pos,peak_pos,prev_pos,streak,streams,country,"
        "country_short,track_uri,artist_uri",
        f"2026-01-22,Song,Ann,['Bob'],1,1,NaN,8,5,South Korea,kr,{ID},a",
        "regional-kr-weekly",
        "2026-01-22",
    ),
]
ENTRIES = """
    select chart_id, snapshot_date, song_name as name, song_id as id, artist_credit as credit
    from songs
    union all
    select chart_id, snapshot_date, album_name, album_id, artist_credit
    from albums
    where position = 1
    union all
    select chart_id, snapshot_date, artist_name, artist_id, null
    from artists
    where position = 1
"""


@pytest.fixture(scope="module")
def entries(tmp_path_factory):
    """What the mirror has of all shapes, which land in one lake, by chart."""
    folder = tmp_path_factory.mktemp("shapes")
    lake = open_lake(str(folder / "lake"))
    for shape in SHAPES:
        path = folder / shape.name
        path.write_text(f"{shape.header}\n{shape.row}\n")
        (table,) = land(lake, path)
        assert (table.rows, table.set_aside.counts) == (1, {}), shape.name
    assert process_pending(lake, "parquet").published == len(SHAPES)
    refresh(lake, folder / "mirror.duckdb")
    columns = "chart_id, snapshot_date::varchar, format('{} ({})', name, id), credit"
    rows = query_rows(folder / "mirror.duckdb", f"select {columns} from ({ENTRIES})")
    return {chart_id: tuple(rest) for chart_id, *rest in rows}


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_a_table_as_collectors_publish_it_is_read(entries, shape):
    assert entries[shape.chart_id] == (shape.day, shape.entry, shape.credit)
