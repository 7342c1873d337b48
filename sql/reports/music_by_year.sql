-- One row per chart and year: old and new music, length, explicit songs, collaborations, albums.
-- Every entry counts once. Each figure covers only the entries for which it is known; the columns
-- that begin with `known` say how many these are. A credit whose artists are unknown may be a
-- collaboration or not.
-- variable since: periods that end before this day do not count; by default, all do
-- variable until: periods that end after this day do not count; by default, all do
-- year: year in which the periods end
-- entries: number of entries in the year
-- known_dates_share: share of entries whose full release date is known
-- catalogue_share: share of entries released more than 548 days before the end of the period
-- new_share: share of entries released at most 91 days before the end of the period
-- median_age: median days from release to the end of the period
-- known_tracks_share: share of entries whose duration is known
-- mean_seconds: mean duration in seconds
-- explicit_share: share of explicit entries
-- known_artists_share: share of entries whose artists are known
-- collaboration_share: share of entries with more than one credited artist
-- known_albums_share: share of entries the type of whose album is known
-- single_share: share of entries whose album is a single
-- album_share: share of entries whose album is an album, not a single or a compilation
with

described_entries as (

    select
        weighted_entries.chart_id,
        year(weighted_entries.period_end) as year,
        weighted_entries.duration_ms,
        weighted_entries.is_explicit,
        weighted_entries.album_type,
        weighted_entries.period_end - weighted_entries.release_date as age,
        case
            when len(weighted_entries.artist_ids) > 0 then len(weighted_entries.artist_ids)
            when credits.is_resolved then len(credits.artist_keys)
        end as artists
    from weighted_entries
    left join credits on weighted_entries.artist_credit = credits.artist_credit
    where
        weighted_entries.kind = 'song'
        and weighted_entries.period_end
        between coalesce(getvariable('since')::date, '-infinity'::date)
        and coalesce(getvariable('until')::date, 'infinity'::date)

)

select
    chart_id,
    year,
    count(*) as entries,
    count(age) / count(*) as known_dates_share,
    avg((age > 548)::integer) as catalogue_share,
    avg((age <= 91)::integer) as new_share,
    median(age) as median_age,
    count(duration_ms) / count(*) as known_tracks_share,
    avg(duration_ms) / 1000 as mean_seconds,
    avg(is_explicit::integer) as explicit_share,
    count(artists) / count(*) as known_artists_share,
    avg((artists > 1)::integer) as collaboration_share,
    count(album_type) / count(*) as known_albums_share,
    avg((album_type = 'single')::integer) as single_share,
    avg((album_type = 'album')::integer) as album_share
from described_entries
group by chart_id, year
order by chart_id, year
