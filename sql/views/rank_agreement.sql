-- One row per chart and figure: how often our figure equals Spotify's, and why it differs.
-- The entries are those of rank_comparison, counted by cause.
-- compared: number of compared entries
-- agreeing: number of entries for which the figures are equal
-- agreement: share of compared entries for which the figures are equal
-- uri_changed: entries that differ because the song, artist or album has another id than before
-- history_starts_later: entries that differ because the run began before our history
-- history_has_gaps: entries that differ because an earlier period is missing
-- re_entry: entries that differ because Spotify still reports a rank for what re-entered
-- rank_is_absent: entries that differ because no entry of the previous period has the reported rank
-- not_reported: entries for which Spotify reports no figure
-- unexplained: entries that differ for another reason
select
    chart_id,
    figure,
    count(*) as compared,
    count(*) filter (where cause = 'agree') as agreeing,
    count(*) filter (where cause = 'agree') / count(*) as agreement,
    count(*) filter (where cause = 'uri changed') as uri_changed,
    count(*) filter (where cause = 'history starts later') as history_starts_later,
    count(*) filter (where cause = 'history has gaps') as history_has_gaps,
    count(*) filter (where cause = 're-entry') as re_entry,
    count(*) filter (where cause = 'rank is absent') as rank_is_absent,
    count(*) filter (where cause = 'not reported') as not_reported,
    count(*) filter (where cause = 'unexplained') as unexplained
from rank_comparison
group by chart_id, figure
