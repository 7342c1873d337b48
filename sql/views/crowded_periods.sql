-- One row per song chart, period and artist: several entries at once, as many as may be a record.
-- Listed are those that may be the most before the latest period, and all of the latest periods.
-- The variable `charts`, a list of chart ids, limits it to these charts.
-- artist_key: as in entry_artists
-- entries: number of entries of the artist in the period, more than one
with

-- most: as many of these entries as a period can have
song_blocks as (

    select
        chart_id,
        period_number - period_number % 26 as block,
        artist_credit,
        artist_ids,
        run_id,
        list(period_number) as period_numbers,
        count(*) as entries,
        1 + count(*) filter (where not is_highest) as most
    from credited_entries
    where
        list_contains(
            coalesce(getvariable('charts')::varchar[], [chart_id]), chart_id
        )
    group by chart_id, period_number - period_number % 26, artist_credit, artist_ids, run_id

),

listed_artists as (

    select
        song_blocks.*,
        case
            when len(song_blocks.artist_ids) > 0 then song_blocks.artist_ids
            else credits.artist_keys
        end as artist_keys
    from song_blocks
    left join credits on song_blocks.artist_credit = credits.artist_credit

),

split_artists as (

    select
        chart_id,
        block,
        period_numbers,
        entries,
        most,
        unnest(artist_keys) as artist_key
    from listed_artists

),

artist_blocks as (

    select
        chart_id,
        block,
        artist_key,
        sum(entries) as entries,
        sum(most) as most
    from split_artists
    group by chart_id, block, artist_key
    having sum(most) > 1

),

last_blocks as (

    select
        chart_id,
        max(period_number) - max(period_number) % 26 as last_block
    from chart_periods
    group by chart_id

),

-- Somebody with more than 26 entries in as many periods has two in one of them.
least_records as (

    select
        artist_blocks.chart_id,
        max(ceil(artist_blocks.entries / 26)) as entries
    from artist_blocks
    inner join last_blocks on artist_blocks.chart_id = last_blocks.chart_id
    where artist_blocks.block < last_blocks.last_block
    group by artist_blocks.chart_id

),

crowded_blocks as (

    select
        artist_blocks.chart_id,
        artist_blocks.block,
        artist_blocks.artist_key
    from artist_blocks
    inner join last_blocks on artist_blocks.chart_id = last_blocks.chart_id
    left join least_records on artist_blocks.chart_id = least_records.chart_id
    where
        artist_blocks.block = last_blocks.last_block
        or artist_blocks.most >= least_records.entries

),

artist_entries as (

    select
        split_artists.chart_id,
        split_artists.artist_key,
        unnest(split_artists.period_numbers) as period_number
    from split_artists
    inner join crowded_blocks
        on split_artists.chart_id = crowded_blocks.chart_id
        and split_artists.block = crowded_blocks.block
        and split_artists.artist_key = crowded_blocks.artist_key

)

select
    artist_entries.chart_id,
    chart_periods.period_end,
    artist_entries.artist_key,
    count(*) as entries
from artist_entries
inner join chart_periods
    on artist_entries.chart_id = chart_periods.chart_id
    and artist_entries.period_number = chart_periods.period_number
group by artist_entries.chart_id, chart_periods.period_end, artist_entries.artist_key
having count(*) > 1
