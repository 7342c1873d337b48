-- One row per chart, year and owner of record labels: the owner's share of the weight.
-- Each period counts the same, whatever its streams. Labels have the owner of today in every year.
-- variable charts: only these charts are read; by default, all are
-- variable since: periods that end before this day do not count; by default, all do
-- variable until: periods that end after this day do not count; by default, all do
-- year: year in which the periods end
-- owner: company that owns the label, as in label_owners; `unknown` if that has none
-- labels: number of labels as given
-- biggest_label: label with the largest share of these
-- share: share of the weight of the year, from 0 to 1
-- share_change: its difference from the year before; null if history has no owner of that year
with

weighed_entries as (

    select
        chart_id,
        period_number,
        year(period_end) as year,
        label,
        case when has_streams then streams else lowest_position + 1 - position end as weight
    from entries
    where
        period_number is not null
        and kind <> 'artist'
        and period_end between coalesce(getvariable('since')::date, '-infinity'::date)
        and coalesce(getvariable('until')::date, 'infinity'::date)
        and list_contains(coalesce(getvariable('charts')::varchar[], [chart_id]), chart_id)

),

period_weights as (

    select
        chart_id,
        period_number,
        sum(weight) as weight
    from weighed_entries
    group by chart_id, period_number

),

label_weights as (

    select
        weighed_entries.chart_id,
        weighed_entries.year,
        weighed_entries.label,
        sum(weighed_entries.weight / nullif(period_weights.weight, 0)) as weight
    from weighed_entries
    inner join period_weights
        on weighed_entries.chart_id = period_weights.chart_id
        and weighed_entries.period_number = period_weights.period_number
    group by weighed_entries.chart_id, weighed_entries.year, weighed_entries.label

),

owner_shares as (

    select
        label_weights.chart_id,
        label_weights.year,
        coalesce(label_owners.owner, 'unknown') as owner,
        count(label_weights.label) as labels,
        arg_max(label_weights.label, (round(label_weights.weight, 12), label_weights.label))
            as biggest_label,
        sum(label_weights.weight) / sum(sum(label_weights.weight)) over by_year as share
    from label_weights
    left join label_owners on label_weights.label = label_owners.label
    group by label_weights.chart_id, label_weights.year, coalesce(label_owners.owner, 'unknown')
    window by_year as (partition by label_weights.chart_id, label_weights.year)

),

known_years as (

    select distinct
        chart_id,
        year
    from owner_shares
    where owner <> 'unknown'

)

select
    owner_shares.chart_id,
    owner_shares.year,
    owner_shares.owner,
    owner_shares.labels,
    owner_shares.biggest_label,
    owner_shares.share,
    case when known_years.year is not null then owner_shares.share - coalesce(earlier.share, 0) end
        as share_change
from owner_shares
left join known_years
    on owner_shares.chart_id = known_years.chart_id
    and owner_shares.year = known_years.year + 1
left join owner_shares as earlier
    on owner_shares.chart_id = earlier.chart_id
    and owner_shares.year = earlier.year + 1
    and owner_shares.owner = earlier.owner
order by
    owner_shares.chart_id asc,
    owner_shares.year asc,
    round(owner_shares.share, 12) desc,
    owner_shares.owner asc
