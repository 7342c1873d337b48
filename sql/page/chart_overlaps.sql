-- One row per two charts that stand for their markets, and month: how many songs they share.
-- The first chart is the one whose id comes first. Months are those of the last two years.
-- overlap_share: share of the songs on either chart that are on both: the Jaccard index
-- shared_songs: number of songs on both charts
with

recent_overlaps as (

    select *
    from market_overlaps
    qualify month > max(month) over () - to_years(2)

)

select
    one.chart_id,
    other.chart_id as other_chart_id,
    recent_overlaps.month,
    recent_overlaps.overlap_share,
    recent_overlaps.shared_songs
from recent_overlaps
inner join market_charts as one
    on recent_overlaps.market = one.market
    and recent_overlaps.cadence = one.cadence
inner join market_charts as other
    on recent_overlaps.other_market = other.market
    and recent_overlaps.cadence = other.cadence
where one.chart_id < other.chart_id
order by one.chart_id, other.chart_id, recent_overlaps.month
