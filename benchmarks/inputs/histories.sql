-- All periods of one invented chart: its songs, albums and artists. Variables say which chart it is.

create or replace macro chance(a, b, c) as (hash(a, b, c) % 1000000 + 0.5) / 1000000.0;

-- One row per song and stay. A third of the songs is the same on every chart. Songs that enter
-- before the first period make sure that the chart is full from the beginning.
create or replace temp table stays as
with

entries as (

    select
        entered,
        number,
        case
            when hash(entered, number, 'shared') % 3 = 0 then 'everywhere'
            else getvariable('chart_id')
        end as origin
    from range(-4 * getvariable('stay'), getvariable('periods')) as periods (entered),
        range(getvariable('entering')) as numbers (number)

)

select
    entered,
    concat_ws(' ', origin, entered, number) as song_key,
    ceil(
        -ln(chance(origin, entered, number)) * getvariable('stay')
        * case when hash(number, entered) % 10 = 0 then 3 else 0.8 end
    )::integer as periods,
    chance(number, origin, entered) as strength
from entries;

-- One row per entry: the two hundred strongest songs of a period. Chance lets weak ones drop out and
-- return.
create or replace temp table entries as
select
    getvariable('first_date') + (period * getvariable('days'))::integer as snapshot_date,
    song_key,
    period,
    row_number() over (partition by period order by score desc, song_key) as position
from (
    select
        song_key,
        period,
        strength * (1 - (period - entered) / (periods + 1.0))
        + 0.1 * chance(song_key, period, getvariable('chart_id')) as score
    from stays,
        range(
            greatest(entered, 0), least(entered + periods, getvariable('periods'))
        ) as days (period)
)
qualify position <= 200;

create or replace temp table named as
select
    song_key,
    left(md5(song_key), 22) as song_id,
    'Song ' || song_key as song_name,
    hash(song_key) % 4000 * (hash(song_key, 1) % 1000) // 1000 as artist,
    case when hash(song_key, 2) % 4 = 0 then hash(song_key, 3) % 4000 end as guest,
    'Artist ' || artist || coalesce(', Artist ' || guest, '') as artist_credit
from (select distinct song_key from stays);

create or replace temp table songs as
select
    getvariable('chart_id') as chart_id,
    entries.snapshot_date::timestamp as snapshot_at,
    entries.snapshot_date,
    entries.position,
    'track' as entry_type,
    named.song_id,
    named.song_name,
    'https://open.spotify.com/track/' || named.song_id as song_url,
    md5(lower(named.song_name) || chr(10) || lower(named.artist_credit)) as recording_id,
    null as isrc,
    case when getvariable('is_enriched') then left(md5('album' || song_key), 22) end as album_id,
    case when getvariable('is_enriched') then left(md5('artist' || named.artist), 22) end
        as artist_id,
    case
        when getvariable('is_enriched')
            then list_transform(
                list_filter([named.artist, named.guest], lambda one: one is not null),
                lambda one: left(md5('artist' || one), 22)
            )
    end as artist_ids,
    named.artist_credit,
    case when getvariable('is_enriched') then 150000 + hash(song_key) % 90000 end as duration_ms,
    case when getvariable('is_enriched') then hash(song_key) % 4 = 0 end as is_explicit,
    null as popularity,
    (6000000 * (0.9 + chance(song_key, period, 1) / 5) / entries.position ** 0.7)::bigint
        as streams,
    'Label ' || named.artist % 80 as label,
    null as added_at,
    min(entries.position) over (partition by song_key order by period) as reported_peak,
    case
        when lag(period) over (partition by song_key order by period) = period - 1
            then lag(entries.position) over (partition by song_key order by period)
    end as reported_previous,
    count(*) over (partition by song_key order by period) as reported_periods
from entries
inner join named using (song_key)
order by snapshot_at, entries.position;

create or replace temp table albums as
select
    chart_id,
    snapshot_at,
    snapshot_date,
    album_id,
    song_name as album_name,
    'single' as album_type,
    (snapshot_date - 20)::varchar as release_date,
    'day' as release_date_precision,
    year(snapshot_date) as release_year,
    1 as total_tracks,
    'https://open.spotify.com/album/' || album_id as album_url,
    artist_ids,
    null as position,
    null as reported_peak,
    null as reported_previous,
    null as reported_periods,
    null as artist_credit,
    null as label
from songs
where album_id is not null
order by snapshot_at, album_id;

create or replace temp table artists as
select distinct
    chart_id,
    snapshot_at,
    snapshot_date,
    artist_id,
    'Artist ' || artist_id as artist_name,
    'https://open.spotify.com/artist/' || artist_id as artist_url,
    ['genre ' || hash(artist_id) % 60, 'genre ' || hash(artist_id, 1) % 300] as genres,
    hash(artist_id) % 1000000 as followers,
    hash(artist_id) % 101 as popularity,
    null as position,
    null as reported_peak,
    null as reported_previous,
    null as reported_periods
from (select * exclude (artist_id), unnest(artist_ids) as artist_id from songs)
order by snapshot_at, artist_id
