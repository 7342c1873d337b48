-- One row per part of a touched recording, with the key that it has from now on.
-- What has no ISRC belongs to the recording with the same title and credit that has one. If several
-- have one, it may be any of them, so it is a recording of its own.
with

title_cores as (

    select distinct
        title_key,
        core_id,
        has_isrc
    from core_parts
    where title_key is not null

),

joined_cores as (

    select
        title_cores.core_id,
        min(with_isrc.core_id) as recording_key
    from title_cores
    inner join title_cores as with_isrc on title_cores.title_key = with_isrc.title_key
    where not title_cores.has_isrc and with_isrc.has_isrc
    group by title_cores.core_id
    having min(with_isrc.core_id) = max(with_isrc.core_id)

)

select
    core_parts.*,  -- noqa: AM04
    coalesce(joined_cores.recording_key, core_parts.core_id) as recording_key
from core_parts
left join joined_cores on core_parts.core_id = joined_cores.core_id
