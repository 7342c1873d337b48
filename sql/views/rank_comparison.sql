-- One row per entry of a chart file and figure (previous, peak, periods): ours, by our own
-- history, Spotify's own, and the cause where they differ. The previous rank is compared
-- where history has the period before; peak and periods everywhere, though a history that
-- starts later, or has gaps, cannot know them.
-- figure: previous, peak or periods
-- ours: by our own history
-- theirs: Spotify's own
-- cause: agree, or why the two differ
with

weighted_entries as (

    select * from weighted_entries

),

chart_periods as (

    select * from chart_periods

),

first_periods as (

    select
        chart_id,
        min(period_start) as first_start
    from chart_periods
    group by chart_id

),

gaps as (

    select
        chart_id,
        min(period_start) as first_gap_start
    from gaps
    group by chart_id

),

reported as (

    select
        weighted_entries.*,
        first_periods.first_start,
        gaps.first_gap_start,
        weighted_entries.status <> 'UNKNOWN' as has_previous_period,
        min(weighted_entries.period_start) over run as run_start,
        earlier.song_id as song_there,
        earlier.chart_id is not null as is_rank_there
    from weighted_entries
    inner join first_periods on weighted_entries.chart_id = first_periods.chart_id
    left join gaps on weighted_entries.chart_id = gaps.chart_id
    left join weighted_entries as earlier
        on weighted_entries.chart_id = earlier.chart_id
        and weighted_entries.period_start = earlier.period_end + 1
        and weighted_entries.reported_previous = earlier.position
    where weighted_entries.reported_periods is not null
    window run as (partition by weighted_entries.chart_id, weighted_entries.run_id)

),

compared as (

    select
        *,
        'previous' as figure,
        previous_position as ours,
        reported_previous as theirs
    from reported
    where has_previous_period
    union all
    select
        *,
        'peak' as figure,
        peak_position as ours,
        reported_peak as theirs
    from reported
    union all
    select
        *,
        'periods' as figure,
        periods_on_chart as ours,
        reported_periods as theirs
    from reported

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
        when figure = 'previous' and song_there <> song_id then 'uri changed'
        when figure = 'previous' and status = 'RE-ENTRY' then 're-entry'
        when theirs is null then 'not reported'
        when run_start = first_start then 'history starts later'
        when first_gap_start < period_start then 'history has gaps'
        when figure = 'peak' and ours > theirs then 'history starts later'
        when figure = 'periods' and ours < theirs then 'history starts later'
        when figure = 'peak' and ours < theirs then 'uri changed'
        when figure = 'periods' and ours > theirs then 'uri changed'
        else 'unexplained'
    end as cause
from compared
