DROP TRIGGER access_changed ON users;
CREATE TRIGGER access_changed AFTER UPDATE OF email, name, disabled_at ON users FOR EACH STATEMENT EXECUTE FUNCTION announce_access_change();
DROP FUNCTION second_factor_roles_above(), second_factor_use(), prune_sign_ins(), member_sign_ins(uuid, timestamptz, uuid, int),
    reset_member_second_factor(uuid), unlock_member(uuid), member_locked_until(uuid), is_member_here(uuid),
    end_sign_in(bytea, boolean), begin_sign_in(bytea);
REVOKE UPDATE ON users FROM echosensei_system;
DROP TABLE sign_in_attempts, sign_ins, recovery_codes, second_factors;
DROP PROCEDURE isolate_by_person(regclass);
DROP TRIGGER session_ended ON sessions;
DROP FUNCTION announce_ended_session();
DROP INDEX sessions_id;
ALTER TABLE sessions DROP COLUMN id, DROP COLUMN ip, DROP COLUMN user_agent, DROP COLUMN last_seen_at;
