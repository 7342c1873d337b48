-- One row per artist credit with a part that changed: evidence about its names may have changed.
with

credit_parts as (

    select
        artist_credit,
        unnest(parts) as part
    from credits

)

select distinct artist_credit
from credit_parts
where part in (select changed_parts.part from changed_parts)
