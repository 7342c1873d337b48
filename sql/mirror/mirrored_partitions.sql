-- One row per partition in the mirror, with its watermark: the manifest version last copied.
-- snapshot_month: month of the partition in UTC, as YYYY-MM
-- manifest_version: version of the manifest that was copied
select
    null::varchar as chart_id,
    null::varchar as snapshot_month,
    null::varchar as manifest_version
where false
