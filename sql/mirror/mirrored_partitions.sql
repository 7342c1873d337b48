-- One row per partition that the mirror has taken in: its watermark.
select
    null::varchar as chart_id,
    null::varchar as snapshot_month,
    null::varchar as manifest_version
where false
