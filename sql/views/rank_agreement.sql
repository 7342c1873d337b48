-- One row per chart and figure: how often our history says what Spotify's own figure says,
-- over the entries of chart files for which history can tell, and why not where it does not.
-- compared: entries that were compared
-- agreeing: of which the two figures are the same
-- agreement: their share
-- uri_changed: the song came back under another id
-- history_starts_later: the run began before our history
-- history_has_gaps: a period before is missing
-- re_entry: the song came back, and Spotify counts from before
-- rank_is_absent: the rank that Spotify names is not in its own file
-- not_reported: Spotify names no figure
-- unexplained: none of these
with

rank_comparison as (

    select * from rank_comparison

)

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
