-- One row per entry of a snapshot, as published: the table songs of the lake.
select
    * exclude (  -- noqa: AM04
        kind,
        has_usual_url,
        lowest_position,
        has_streams,
        period,
        period_number,
        period_start,
        period_end,
        run_id,
        first_number,
        is_highest,
        previous_position,
        matched_by,
        status,
        peak_position,
        periods_on_chart,
        title_key,
        recording_key
    )
    replace (
        case
            when has_usual_url then 'https://open.spotify.com/track/' || song_id
            else song_url
        end as song_url
    )
from entries
where kind = 'song'
