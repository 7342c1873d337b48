-- One row per viral or city chart: how often and how far it is ahead of its market's Top Songs.
-- It counts the songs that came to both charts at a known time, and compares charts of one cadence.
-- A city belongs to the market whose chart has most of its songs. Charts without such a song are
-- left out. With fewer than ten, no share and no median is given.
-- variable markets: only the charts of these markets are listed; by default, all are
-- variable since: songs that came to the Top Songs before this day do not count; by default, all do
-- variable until: songs that came to the Top Songs after this day do not count; by default, all do
-- chart_name: name of the viral or city chart
-- market: market of the chart; of a city, the one whose regional chart has most of its songs
-- family: viral, city or pulse
-- songs: number of songs that came to both charts at a known time
-- earlier: number of these songs that came to this chart first
-- same_time: number of songs that came to both in the same period
-- later: number of songs that came to the Top Songs first
-- earlier_share: share of the songs that came to this chart first; null with fewer than ten
-- median_lead: median days by which this chart was ahead, negative if behind; null as above
with

early_charts as (

    select
        chart_id,
        chart_name,
        family,
        market,
        cadence
    from charts
    where family in ('viral', 'city', 'pulse') and kind = 'song'

),

-- Each song that has been on such a chart and on a regional one of the same cadence.
shared_songs as (

    select
        early_charts.chart_id,
        early_charts.chart_name,
        early_charts.family,
        regional.market,
        later.first_date - early.first_date as lead,
        early.is_start_known
        and later.is_start_known
        and later.first_date between coalesce(getvariable('since')::date, '-infinity'::date)
        and coalesce(getvariable('until')::date, 'infinity'::date) as is_case
    from early_charts
    inner join chart_recordings as early on early_charts.chart_id = early.chart_id
    inner join chart_recordings as later on early.recording_key = later.recording_key
    inner join charts as regional
        on later.chart_id = regional.chart_id
        and early_charts.cadence = regional.cadence
    where
        regional.family = 'regional'
        and (
            regional.market = early_charts.market
            or (early_charts.market is null and regional.market <> 'global')
        )

),

compared_charts as (

    select
        chart_id,
        chart_name,
        family,
        market,
        count(*) filter (where is_case) as songs,
        count(*) filter (where is_case and lead > 0) as earlier,
        count(*) filter (where is_case and lead = 0) as same_time,
        count(*) filter (where is_case and lead < 0) as later,
        quantile_disc(lead, 0.5) filter (where is_case) as median_lead
    from shared_songs
    group by chart_id, chart_name, family, market
    qualify row_number() over (partition by chart_id order by count(*) desc, market) = 1

)

select
    chart_name,
    market,
    family,
    case when songs >= 10 then earlier / songs end as earlier_share,
    case when songs >= 10 then median_lead end as median_lead,
    earlier,
    same_time,
    later,
    songs
from compared_charts
where
    songs > 0
    and list_contains(coalesce(getvariable('markets')::varchar[], [market]), market)
order by earlier_share desc nulls last, songs desc, chart_name asc
