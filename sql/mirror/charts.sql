-- One row per chart: what its id and its snapshots say about it.
-- What neither says is null.
-- chart_name: name of the chart; a playlist has its own, the latest one, and any other its id
-- kind: what the entries are: song, artist or album
-- family: regional, viral, city, pulse, genre, artist, album or playlist
-- market: country of the chart as ISO 3166-1 alpha-2 code in lower case, or global
-- place: city or genre of the chart, as its id spells it
-- cadence: daily or weekly
-- source: where snapshots come from: spotify-charts or spotify-web-api
-- first_date: date of the first snapshot
-- last_date: date of the latest snapshot
select
    null::varchar as chart_id,
    null::varchar as chart_name,
    null::varchar as kind,
    null::varchar as family,
    null::varchar as market,
    null::varchar as place,
    null::varchar as cadence,
    null::varchar as source,
    null::date as first_date,
    null::date as last_date
where false
