-- One row per two Spotify ids of which the second followed the first on a chart: the entry has no
-- earlier period under its own id, but under the other, as Spotify's previous rank or ours says.
-- song_id: the smaller of the two ids
-- other_id: the larger of the two ids
-- is_one_to_spotify: whether Spotify's previous rank is always that of the other id
with

followers as (

    select
        chart_id,
        song_id,
        period_number - 1 as previous_number,
        reported_previous,
        case when matched_by = 'recording' then previous_position else reported_previous end
            as former_position
    from entries
    where
        kind = 'song'
        and status <> 'UNKNOWN'
        and matched_by is distinct from 'song'
        and reported_periods is not null

),

pairs as (

    select
        least(followers.song_id, former_entries.song_id) as song_id,
        greatest(followers.song_id, former_entries.song_id) as other_id,
        coalesce(followers.reported_previous = followers.former_position, false)
            as is_one_to_spotify
    from followers
    inner join entries as former_entries
        on followers.chart_id = former_entries.chart_id
        and followers.previous_number = former_entries.period_number
        and followers.former_position = former_entries.position
    where followers.song_id <> former_entries.song_id

)

select
    song_id,
    other_id,
    bool_and(is_one_to_spotify) as is_one_to_spotify
from pairs
group by song_id, other_id
