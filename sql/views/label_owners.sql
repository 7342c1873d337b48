-- One row per record label that has a known owner, as given: company that owns the label today.
-- A label is taken apart at slashes, commas, hyphens, and words like "under exclusive license to";
-- the last part whose owner is in `listed_owners` decides.
-- owner: company that owns the label
with

split_labels as (

    select
        label,
        string_split_regex(
            strip_accents(lower(label)),
            '[/,;()]|\s-\s|licen[cs]ed? to|licenca exclusiva para| dba '
        ) as texts,
        unnest(range(1, len(texts) + 1)) as number,
        unnest(texts) as text
    from (select distinct entries.label from entries) as labels
    where label is not null

),

label_parts as (

    select
        label,
        number,
        trim(regexp_replace(text, '[^\pL\pN]+', ' ', 'g')) as name,
        regexp_replace(name, '( (records?|recordings|inc|llc|ltda?|limited|label))+$', '') as part
    from split_labels

),

-- A label that ends in * is the beginning of labels.
owners as (

    select
        owner,
        is_own,
        label like '%*' as is_beginning,
        trim(
            regexp_replace(strip_accents(lower(label)), '[^\pL\pN]+', ' ', 'g')
        ) as name,
        regexp_replace(name, '( (records?|recordings|inc|llc|ltda?|limited|label))+$', '') as part
    from listed_owners

)

select
    label_parts.label,
    arg_max(
        owners.owner, (label_parts.number, len(owners.part), owners.is_own, owners.owner)
    ) as owner
from label_parts
inner join owners
    on label_parts.part = owners.part
    or (owners.is_beginning and starts_with(label_parts.part, owners.part || ' '))
group by label_parts.label
