-- One row per chart and month: what its songs are like, each entry counting once. Every figure
-- is over the entries for which it is known, and known_share says how many these are.
-- Collaborations have more than one credited artist; release age is in days, at the chart date.
-- known_share: the share of entries whose duration is known
-- mean_seconds: the mean duration
-- explicit_share: the share of explicit songs
-- collaboration_share: the share of songs with more than one credited artist
-- single_share: the share of songs whose album is a single
-- release_age_at_entry: the median age in days of new entries
-- catalogue_share: the share of songs released more than 548 days before
select
    chart_id,
    date_trunc('month', period_end)::date as month,
    count(*) as entries,
    count(duration_ms) / count(*) as known_share,
    avg(duration_ms) / 1000 as mean_seconds,
    avg(is_explicit::integer) as explicit_share,
    avg((len(artist_ids) > 1)::integer) as collaboration_share,
    avg((album_type = 'single')::integer) as single_share,
    median(period_end - release_date) filter (where status = 'NEW') as release_age_at_entry,
    avg((period_end - release_date > 548)::integer) as catalogue_share
from weighted_entries
group by chart_id, date_trunc('month', period_end)
order by chart_id, month
