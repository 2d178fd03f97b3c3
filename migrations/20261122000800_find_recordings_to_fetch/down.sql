DROP FUNCTION recordings_to_fetch(uuid, timestamptz, uuid, int);
