-- One row per raw file: which chart, when, and how many entries it should hold.
-- Identity comes from the envelope, then from a landing's or chart file's own name,
-- then from the content, then from a date in a foreign name; the time alone, at
-- last, from the moment the file landed.
-- Of two raw files of one snapshot, the one that landed last is_current.
with

raw_files as (

    select * from raw_files

),

responses as (

    select
        *,
        list_transform(pages, lambda page: page.total) as totals
    from responses

),

identified as (

    select
        raw_files.raw_name,
        raw_files.sha256,
        raw_files.landed_at,
        list_max(responses.totals) as expected_entries,
        responses.pages[-1].next is not null as has_more,
        coalesce(
            case when responses.shape = 'envelope' then responses.heads[1] end,
            raw_files.named_chart_id,
            case when responses.shape = 'envelope' then responses.heads[3] end,
            nullif(regexp_extract(responses.heads[4], 'playlists/([^/?]+)', 1), ''),
            case when responses.shape like 'playlist%' then responses.heads[5] end,
            nullif(regexp_extract(responses.heads[6], 'playlists/([^/?]+)', 1), ''),
            case when responses.shape like 'list of a playlist%' then responses.heads[7] end
        ) as chart_id,
        coalesce(
            case
                when responses.shape = 'envelope'
                    then timezone('UTC', try_cast(responses.heads[2] as timestamptz))
            end,
            raw_files.named_at,
            raw_files.foreign_at,
            raw_files.landed_at
        ) as snapshot_at
    from raw_files
    left join responses on raw_files.raw_name = responses.raw_name

)

select
    ---------- ids
    raw_name,
    sha256,
    chart_id,

    ---------- numerics
    expected_entries,

    ---------- booleans
    has_more,
    row_number() over (
        partition by chart_id, snapshot_at
        order by landed_at desc, raw_name desc
    ) = 1 as is_current,

    ---------- timestamps
    snapshot_at,
    landed_at
from identified
