-- One row per run, as in chart_runs, but for what changes when another song leaves the chart.
-- first_date: last day of the first period on the chart
-- last_date: last day of the latest period on the chart
select
    null::varchar as chart_id,
    null::varchar as run_id,
    null::varchar as kind,
    null::varchar as song_id,
    null::varchar as song_name,
    null::varchar as artist_credit,
    null::bigint as periods,
    null::bigint as periods_at_one,
    null::integer as debut_position,
    null::integer as peak_position,
    null::date as peak_date,
    null::date as first_date,
    null::date as last_date
where false
