-- One row per year and cadence: how alike all markets' charts are, and whether more than before.
-- The change is that of the pairs of markets and months that the year before has, too, so that
-- markets that join or leave do not move it, and seasons do not. One period a month is compared, as
-- in market_overlaps: its charts have the cadence by which most markets can be compared in it.
-- variable markets: only pairs with these markets count; by default, all do
-- variable since: periods that end before this day do not count; by default, all do
-- variable until: periods that end after this day do not count; by default, all do
-- year: year of the compared months
-- cadence: cadence of the charts, daily or weekly
-- overlap_share: mean share of the songs on either chart of two markets that are on both
-- change: mean change since the same month of the year before; null with fewer than three pairs
-- pairs: number of pairs of markets
-- same_pairs: number of pairs that have a month of both years
with

-- A mean over months would change with the seasons that a year has, so each has its year before.
compared_months as (

    select
        month,
        cadence,
        (market, other_market) as pair,
        overlap_share
    from market_overlaps
    where
        market < other_market
        and period_end between coalesce(getvariable('since')::date, '-infinity'::date)
        and coalesce(getvariable('until')::date, 'infinity'::date)
        and (
            getvariable('markets') is null
            or list_has_any([market, other_market], getvariable('markets')::varchar[])
        )

)

select
    year(compared_months.month) as year,
    compared_months.cadence,
    avg(compared_months.overlap_share) as overlap_share,
    case
        when count(distinct earlier.pair) >= 3
            then avg(compared_months.overlap_share - earlier.overlap_share)
    end as change,
    count(distinct compared_months.pair) as pairs,
    count(distinct earlier.pair) as same_pairs
from compared_months
left join compared_months as earlier
    on compared_months.pair = earlier.pair
    and compared_months.cadence = earlier.cadence
    and compared_months.month = earlier.month + interval 1 year
group by year(compared_months.month), compared_months.cadence
order by year(compared_months.month) desc, compared_months.cadence desc
