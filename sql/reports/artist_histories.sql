-- One row per chart and artist: songs, entries, highest position and share of the weight.
-- Every credited artist counts, featured artists included. The weight of an entry is split equally
-- among its artists.
-- variable since: periods that end before this day do not count; by default, all do
-- variable until: periods that end after this day do not count; by default, all do
-- artist_name: latest name of the artist, or the artist credit if the artists are unknown
-- songs: number of runs of the artist's songs
-- entries: number of the artist's entries
-- periods: number of periods with an entry of the artist
-- peak_position: highest position of the artist
-- first_date: last day of the first period with an entry of the artist
-- last_date: last day of the latest period with an entry of the artist
-- share: share of the weight of the chart, from 0 to 1
select
    chart_id,
    artist_key,
    any_value(artist_name) as artist_name,
    count(distinct run_id) as songs,
    count(*) as entries,
    count(distinct period_start) as periods,
    min(position) as peak_position,
    min(period_end) as first_date,
    max(period_end) as last_date,
    sum(weight) / sum(sum(weight)) over (partition by chart_id) as share
from entry_artists
where
    period_end between coalesce(getvariable('since')::date, '-infinity'::date)
    and coalesce(getvariable('until')::date, 'infinity'::date)
group by chart_id, artist_key
order by chart_id asc, share desc, artist_key asc
