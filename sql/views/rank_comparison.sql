-- One row per entry of a chart file and figure: ours, Spotify's, and the cause if they differ.
-- The previous rank is compared only if history has the previous period. The peak and the number
-- of periods are always compared, although a history that starts late or has gaps can miss them.
-- figure: previous, peak or periods
-- ours: figure from our own history
-- theirs: figure reported by Spotify
-- cause: `agree`, or why the figures differ
-- kind: what the entries of the chart are: song, artist or album
-- entry_id: Spotify id of the song, artist or album
-- entry_name: title of the song or album, or name of the artist
with

entries as (

    select
        *,
        period_end + 1 as next_period_start,
        status <> 'UNKNOWN' as has_previous_period
    from weighted_entries

),

first_periods as (

    select
        chart_id,
        min(period_start) as first_start
    from chart_periods
    group by chart_id

),

first_gaps as (

    select
        chart_id,
        min(period_start) as first_gap_start
    from gaps
    group by chart_id

),

reported_entries as (

    select
        entries.*,
        first_periods.first_start,
        first_gaps.first_gap_start,
        min(entries.period_start) over run as run_start,
        earlier.entry_id as entry_there,
        earlier.chart_id is not null as is_rank_there
    from entries
    inner join first_periods on entries.chart_id = first_periods.chart_id
    left join first_gaps on entries.chart_id = first_gaps.chart_id
    left join entries as earlier
        on entries.chart_id = earlier.chart_id
        and entries.period_start = earlier.next_period_start
        and entries.reported_previous = earlier.position
    where entries.reported_periods is not null
    window run as (partition by entries.chart_id, entries.run_id)

),

compared_figures as (

    select
        *,
        'previous' as figure,
        previous_position as ours,
        reported_previous as theirs
    from reported_entries
    where has_previous_period
    union all
    select
        *,
        'peak' as figure,
        peak_position as ours,
        reported_peak as theirs
    from reported_entries
    union all
    select
        *,
        'periods' as figure,
        periods_on_chart as ours,
        reported_periods as theirs
    from reported_entries

)

select
    chart_id,
    period_end,
    position,
    song_id,
    song_name,
    artist_credit,
    figure,
    ours,
    theirs,
    case
        when ours = theirs or (ours is null and theirs is null) then 'agree'
        when figure = 'previous' and theirs is not null and not is_rank_there then 'rank is absent'
        when figure = 'previous' and matched_by = 'recording' then 'uri changed'
        when figure = 'previous' and coalesce(entry_there <> entry_id, true) then 'uri changed'
        when figure = 'previous' and status = 'RE-ENTRY' then 're-entry'
        when theirs is null then 'not reported'
        when run_start = first_start then 'history starts later'
        when first_gap_start < period_start then 'history has gaps'
        when figure = 'peak' and ours > theirs then 'history starts later'
        when figure = 'periods' and ours < theirs then 'history starts later'
        when figure = 'peak' and ours < theirs then 'uri changed'
        when figure = 'periods' and ours > theirs then 'uri changed'
        else 'unexplained'
    end as cause,
    kind,
    entry_id,
    entry_name
from compared_figures
