-- One row per chart and month: duration, explicit songs, collaborations, singles and release age.
-- Every entry counts once. Each figure covers only the entries for which it is known.
-- variable since: periods that end before this day do not count; by default, all do
-- variable until: periods that end after this day do not count; by default, all do
-- entries: number of entries in the month
-- known_share: share of entries whose duration is known
-- mean_seconds: mean duration in seconds
-- explicit_share: share of explicit entries
-- collaboration_share: share of entries with more than one credited artist
-- single_share: share of entries whose album is a single
-- release_age_at_entry: median age of new entries in days, from release to the end of the period
-- catalogue_share: share of entries released more than 548 days before the end of the period
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
where
    kind = 'song'
    and period_end between coalesce(getvariable('since')::date, '-infinity'::date)
    and coalesce(getvariable('until')::date, 'infinity'::date)
group by chart_id, date_trunc('month', period_end)
order by chart_id, month
