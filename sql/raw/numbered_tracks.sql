-- One row per track that the responses of this batch have, however many entries it has in them.
-- Entries have a number for their track, and its popularity, which changes from day to day. Two
-- numbers may stand for the same track.
select
    parsed.track_number,
    parsed.track
from (
    select from_json(json, getvariable('track_line')) as parsed
    from read_ndjson_objects(
        getvariable('track_lines_path'),
        maximum_object_size = greatest(16777216, getvariable('longest_line'))
    )
) as parsed_tracks
