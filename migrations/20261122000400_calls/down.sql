DROP FUNCTION search_calls(text, text, uuid, text, text, text, timestamptz, timestamptz, timestamptz, uuid, int);
DROP TABLE call_turns, calls, call_keys;
