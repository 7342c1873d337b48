-- One row per chart and year: how much of the weight few songs and few artists have.
-- Each period counts the same, whatever its streams: the share of a song is the mean of its shares
-- in the periods that history has. The weight of an entry is split equally among its artists.
-- A year with few periods is more concentrated than a whole one; compare years of equal length.
-- variable charts: only these charts are read; by default, all are
-- variable since: periods that end before this day do not count; by default, all do
-- variable until: periods that end after this day do not count; by default, all do
-- year: year in which the periods end
-- periods: number of periods that history has
-- songs: number of songs; in other charts, of artists or albums
-- top_song_share: share of the biggest song
-- top_ten_share: share of the ten biggest songs
-- songs_for_half: least number of songs that have half of the weight
-- song_hhi: Herfindahl-Hirschman index of songs: the sum of their squared shares
-- artists: number of credited artists; null if the entries are no songs
-- top_artist_share: share of the biggest artist
-- top_ten_artists_share: share of the ten biggest artists
-- artists_for_half: least number of artists that have half of the weight
-- artist_hhi: Herfindahl-Hirschman index of artists
with

-- Read twice rather than kept: an entry is wide.
weighed_entries as not materialized (

    select
        chart_id,
        year(period_end) as year,
        period_number,
        kind,
        artist_ids,
        artist_credit,
        coalesce(run_id, recording_id, position::varchar) as run_id,
        case when has_streams then streams else lowest_position + 1 - position end as weight
    from entries
    where
        period_number is not null
        and list_contains(coalesce(getvariable('charts')::varchar[], [chart_id]), chart_id)
        and period_end between coalesce(getvariable('since')::date, '-infinity'::date)
        and coalesce(getvariable('until')::date, 'infinity'::date)

),

period_weights as (

    select
        chart_id,
        year,
        period_number,
        sum(weight) as weight
    from weighed_entries
    group by chart_id, year, period_number

),

year_periods as (

    select
        chart_id,
        year,
        count(*) as periods
    from period_weights
    group by chart_id, year

),

-- A song has few artist credits, and many entries.
credited_songs as (

    select
        weighed_entries.chart_id,
        weighed_entries.year,
        weighed_entries.kind,
        weighed_entries.artist_ids,
        weighed_entries.artist_credit,
        weighed_entries.run_id,
        sum(weighed_entries.weight / nullif(period_weights.weight, 0)) as weight
    from weighed_entries
    inner join period_weights
        on weighed_entries.chart_id = period_weights.chart_id
        and weighed_entries.period_number = period_weights.period_number
    group by all

),

credited_artists as (

    select
        credited_songs.chart_id,
        credited_songs.year,
        credited_songs.weight,
        case
            when len(credited_songs.artist_ids) > 0 then credited_songs.artist_ids
            else credits.artist_keys
        end as artist_keys
    from credited_songs
    left join credits on credited_songs.artist_credit = credits.artist_credit
    where credited_songs.kind = 'song'

),

split_artists as (

    select
        chart_id,
        year,
        weight / len(artist_keys) as weight,
        unnest(artist_keys) as artist_key
    from credited_artists

),

holders as (

    select
        chart_id,
        year,
        'song' as kind,
        run_id as holder,
        sum(weight) as weight
    from credited_songs
    group by chart_id, year, run_id
    union all
    select
        chart_id,
        year,
        'artist' as kind,
        artist_key as holder,
        sum(weight) as weight
    from split_artists
    group by chart_id, year, artist_key

),

totals as (

    select
        chart_id,
        year,
        kind,
        nullif(sum(weight), 0) as weight
    from holders
    group by chart_id, year, kind

),

-- share_above: share of all holders that have more
summed_shares as (

    select
        holders.chart_id,
        holders.year,
        holders.kind,
        holders.weight / totals.weight as share,
        (
            sum(holders.weight) over (by_kind rows between unbounded preceding and current row)
            - holders.weight
        ) / totals.weight as share_above,
        row_number() over by_kind as place
    from holders
    inner join totals
        on holders.chart_id = totals.chart_id
        and holders.year = totals.year
        and holders.kind = totals.kind
    window by_kind as (
        partition by holders.chart_id, holders.year, holders.kind
        order by holders.weight desc
    )

),

concentrations as (

    select
        chart_id,
        year,
        kind,
        count(*) as holders,
        max(share) as top_share,
        sum(share) filter (where place <= 10) as top_ten_share,
        count(*) filter (where share_above < 0.5 - 1e-9) as holders_for_half,
        sum(share * share) as hhi
    from summed_shares
    group by chart_id, year, kind

)

select
    songs.chart_id,
    songs.year,
    year_periods.periods,
    songs.holders as songs,
    songs.top_share as top_song_share,
    songs.top_ten_share,
    songs.holders_for_half as songs_for_half,
    songs.hhi as song_hhi,
    artists.holders as artists,
    artists.top_share as top_artist_share,
    artists.top_ten_share as top_ten_artists_share,
    artists.holders_for_half as artists_for_half,
    artists.hhi as artist_hhi
from concentrations as songs
inner join year_periods
    on songs.chart_id = year_periods.chart_id
    and songs.year = year_periods.year
left join concentrations as artists
    on songs.chart_id = artists.chart_id
    and songs.year = artists.year
    and artists.kind = 'artist'
where songs.kind = 'song'
order by songs.chart_id, songs.year
