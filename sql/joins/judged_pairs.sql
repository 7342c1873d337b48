-- One row per two Spotify ids, and what speaks against how they are joined here.
-- verdict: wrong, confirmed or unchecked if they are joined; missed or apart if they are not
-- sign: what the verdict rests on
with

judged as (

    select
        *,
        case
            when not is_joined
                then case
                    when is_one_to_spotify then 'Spotify counts them as one'
                    when are_alike then 'title and artists look alike'
                end
            when not is_one_to_spotify then 'Spotify counts them as two'
            when duration_difference_ms > 2000 then 'their durations differ'
            when is_one_to_spotify then 'Spotify counts them as one'
            when duration_difference_ms is not null then 'their durations agree'
        end as sign
    from song_pairs

)

select
    song_id,
    other_id,
    song_name,
    artist_credit,
    other_name,
    other_credit,
    is_joined,
    are_alike,
    are_apart,
    is_one_to_spotify,
    case
        when not is_joined then case when sign is null then 'apart' else 'missed' end
        when sign is null then 'unchecked'
        when sign in ('Spotify counts them as two', 'their durations differ') then 'wrong'
        else 'confirmed'
    end as verdict,
    sign
from judged
