-- One row per artist and chart: songs, entries, highest position and share of all weight.
-- Every credited artist counts, features included; an entry's weight is split among them.
-- songs: how many songs of the artist's were on the chart
-- share: the share of the weight, from 0 to 1
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
group by chart_id, artist_key
order by chart_id asc, share desc, artist_key asc
