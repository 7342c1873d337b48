-- One row per partition that the mirror has taken in: its watermark.
-- snapshot_month: YYYY-MM, UTC
-- manifest_version: the version of the manifest that was taken in
select
    null::varchar as chart_id,
    null::varchar as snapshot_month,
    null::varchar as manifest_version
where false
