-- One row per two markets, year and cadence: how alike their charts are.
-- One period a month is compared, as in market_overlaps, if our history has it for both. The charts
-- of a month have one cadence: that by which most markets can be compared in it. Without markets
-- that are asked for, each pair is listed once.
-- variable markets: only pairs with these markets, listed first; by default, all
-- variable since: periods that end before this day do not count; by default, all do
-- variable until: periods that end after this day do not count; by default, all do
-- year: year of the compared months
-- cadence: cadence of the charts, daily or weekly
-- overlap_share: mean share of the songs on either chart that are on both: the Jaccard index
-- latest_overlap_share: the same in the latest of these months
-- shared_songs: mean number of songs on both charts
-- months: number of compared months
select
    market,
    other_market,
    year(period_end) as year,
    cadence,
    avg(overlap_share) as overlap_share,
    arg_max(overlap_share, month) as latest_overlap_share,
    avg(shared_songs) as shared_songs,
    count(*) as months
from market_overlaps
where
    period_end between coalesce(getvariable('since')::date, '-infinity'::date)
    and coalesce(getvariable('until')::date, 'infinity'::date)
    and case
        when getvariable('markets') is null then market < other_market
        else list_contains(getvariable('markets')::varchar[], market)
    end
group by market, other_market, year(period_end), cadence
order by
    year(period_end) desc,
    round(avg(overlap_share), 12) desc,
    market asc,
    other_market asc,
    cadence desc
