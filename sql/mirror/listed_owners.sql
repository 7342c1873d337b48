-- One row per list and record label: the owner of the label, as the latest refresh found the lists.
-- One list is etl/mirror/label_owners.csv, the other the file that `CHARTLAKE_LABEL_OWNERS` names.
-- label: label in lower case; one that ends in * is the beginning of labels
-- owner: company that owns the label today
-- is_own: whether the file that `CHARTLAKE_LABEL_OWNERS` names lists it, which outranks the other
select
    null::varchar as label,
    null::varchar as owner,
    null::boolean as is_own
where false
