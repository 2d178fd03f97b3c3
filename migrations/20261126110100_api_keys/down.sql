DROP TRIGGER audit_log_api_key ON audit_log;
DROP FUNCTION name_api_key(), note_api_key_uses(uuid[], timestamptz[], text[]), find_api_key(text);
DROP TABLE api_keys;
DROP FUNCTION announce_api_keys(), check_api_key_ceiling();
