-- One row per artist credit of songs and of albums in album charts: the artists that it names, as
-- far as the history tells.
-- Evidence are names that stand alone or beside different names, the artists with an id, and what
-- titles and labels say, as in "(feat. Ann)". What it does not settle keeps the whole credit
-- unresolved.
-- artist_names: names of the artists, in order; the whole credit if unresolved
-- artist_keys: artist keys of the names, in order
-- is_resolved: whether the names are known
-- entries: number of entries of songs and album charts with the credit
-- parts: what stands between the commas, without accents, in lower case
select
    null::varchar as artist_credit,
    null::varchar[] as artist_names,
    null::varchar[] as artist_keys,
    null::boolean as is_resolved,
    null::bigint as entries,
    null::varchar[] as parts
where false
