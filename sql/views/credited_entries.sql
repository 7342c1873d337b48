-- One row per entry of a song chart whose artists are known by their ids or by a credit.
-- The artists are artist_ids; without these, those that `credits` has of the credit. What can be
-- summed is best summed before credits, which are fewer than entries, are taken apart.
-- weight: streams or points, as in weighted_entries
-- artist_ids: ids of the artists; null or empty if unknown, as in chart files before enrichment
select
    chart_id,
    period,
    period_number,
    period_start,
    period_end,
    position,
    is_highest,
    coalesce(run_id, recording_id) as run_id,
    song_name,
    case when has_streams then streams else lowest_position + 1 - position end as weight,
    artist_credit,
    artist_ids,
    reported_peak,
    reported_periods
from entries
where
    kind = 'song'
    and period_number is not null
    and (artist_credit is not null or len(artist_ids) > 0)
