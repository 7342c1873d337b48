-- One row: which version of chartlake's tables and views the mirror has.
-- format_version: version of the mirror's layout
-- tables_digest: digest of the models that declare the tables
-- views_digest: digest of the models of the views
select
    null::integer as format_version,
    null::varchar as tables_digest,
    null::varchar as views_digest
where false
