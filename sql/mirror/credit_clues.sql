-- One row per artist credit with a comma, and text in a title or label that may name its artists.
-- clue: what a title has after "feat." or before "remix", or in similar places, or the whole label;
-- without accents, in lower case; `|` stands around it, and for each "&" or "and"
-- entries: number of entries with the credit and the clue
select
    null::varchar as artist_credit,
    null::varchar as clue,
    null::bigint as entries
where false
