-- Second factor, sign-in history, sessions that can be told apart, and the lock of an account that is guessed at.
GRANT CREATE ON SCHEMA public TO echosensei_system;

-- A session as its owner sees it: never by its key.
ALTER TABLE sessions
    ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid(),
    ADD COLUMN ip text,
    ADD COLUMN user_agent text,
    ADD COLUMN last_seen_at timestamptz NOT NULL DEFAULT now();
CREATE UNIQUE INDEX sessions_id ON sessions (id);

-- Whoever remembers a session that was ended forgets it, and its sockets close. Expired ones nobody remembers.
CREATE FUNCTION announce_ended_session() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF OLD.expires_at > now() THEN
        PERFORM pg_notify('access', 'session ' || encode(OLD.key_hash, 'hex'));
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER session_ended AFTER DELETE ON sessions FOR EACH ROW EXECUTE FUNCTION announce_ended_session();

-- Belongs to a person and not to a tenant: he alone sees it.
CREATE PROCEDURE isolate_by_person(personal_table regclass)
    LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', personal_table);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', personal_table);
    EXECUTE format('CREATE POLICY self ON %s USING (user_id = current_user_id()) WITH CHECK (user_id = current_user_id())', personal_table);
    EXECUTE format('CREATE POLICY system ON %s TO echosensei_system USING (true) WITH CHECK (true)', personal_table);
END
$$;

CREATE TABLE second_factors (
    user_id uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    -- base32, sealed for the user's id
    secret_sealed bytea NOT NULL,
    -- the last step of 30 seconds whose code was used: none is taken twice
    last_step bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    -- NULL: begun, and no code was shown yet
    confirmed_at timestamptz
);
CALL isolate_by_person('second_factors');

CREATE TABLE recovery_codes (
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- SHA-256: a code is 80 random bits, which nobody tries through
    code_hash bytea NOT NULL CHECK (length(code_hash) = 32),
    used_at timestamptz,
    PRIMARY KEY (user_id, code_hash)
);
CALL isolate_by_person('recovery_codes');

CREATE TABLE sign_ins (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    at timestamptz NOT NULL DEFAULT now(),
    outcome text NOT NULL CHECK (outcome IN ('success', 'wrong_password', 'wrong_second_factor', 'locked')),
    ip text,
    user_agent text
);
CREATE INDEX sign_ins_user ON sign_ins (user_id, at DESC, id DESC);
CREATE INDEX sign_ins_at ON sign_ins (at);
CALL isolate_by_person('sign_ins');

-- Tries at an address that did not lead to a session, known or not: whether there is an account can not be told from it. By the
-- SHA-256 of the address. Nobody reads it but the functions below.
CREATE TABLE sign_in_attempts (
    address_hash bytea PRIMARY KEY CHECK (length(address_hash) = 32),
    failures int NOT NULL DEFAULT 0,
    last_at timestamptz NOT NULL DEFAULT now(),
    locked_until timestamptz
);
ALTER TABLE sign_in_attempts ENABLE ROW LEVEL SECURITY;
ALTER TABLE sign_in_attempts FORCE ROW LEVEL SECURITY;
CREATE POLICY system ON sign_in_attempts TO echosensei_system USING (true) WITH CHECK (true);

GRANT SELECT, INSERT, UPDATE, DELETE ON second_factors, recovery_codes TO echosensei_app, echosensei_system;
GRANT SELECT, INSERT ON sign_ins TO echosensei_app;
GRANT SELECT, INSERT, DELETE ON sign_ins TO echosensei_system;
GRANT SELECT, INSERT, UPDATE, DELETE ON sign_in_attempts TO echosensei_system;
GRANT UPDATE ON users TO echosensei_system;

-- Begins an attempt: it counts from now on, so that many at once gain nothing. Seconds to wait, or 0. From the fifth on each
-- locks the account for twice as long as the one before: a minute, two, four, an hour at most. A day without any begins anew.
CREATE FUNCTION begin_sign_in(wanted bytea) RETURNS int
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    known sign_in_attempts;
BEGIN
    INSERT INTO sign_in_attempts (address_hash) VALUES (wanted) ON CONFLICT DO NOTHING;
    SELECT * INTO known FROM sign_in_attempts a WHERE a.address_hash = wanted FOR UPDATE;
    IF known.locked_until > now() THEN
        RETURN ceil(extract(epoch FROM known.locked_until - now()));
    END IF;
    IF known.last_at < now() - interval '1 day' THEN
        known.failures := 0;
    END IF;
    known.failures := known.failures + 1;
    UPDATE sign_in_attempts a SET failures = known.failures, last_at = now(),
        locked_until = CASE WHEN known.failures >= 5
            THEN now() + least(interval '1 minute' * power(2, least(known.failures - 5, 10)), interval '1 hour') END
    WHERE a.address_hash = wanted;
    RETURN 0;
END
$$;

-- The attempt led to a session, or was not meant to lead to one yet (`half`: the second factor is still to come).
CREATE FUNCTION end_sign_in(wanted bytea, half boolean) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF half THEN
        UPDATE sign_in_attempts a SET failures = greatest(a.failures - 1, 0), locked_until = NULL WHERE a.address_hash = wanted;
    ELSE
        DELETE FROM sign_in_attempts a WHERE a.address_hash = wanted;
    END IF;
END
$$;

-- Whether somebody is a member of the current organization: what else is told or done here about persons asks this first.
CREATE FUNCTION is_member_here(wanted uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT EXISTS (SELECT FROM memberships m WHERE m.organization_id = current_organization() AND m.user_id = wanted) $$;

-- Until when a member of the current organization is locked; NULL: he is not.
CREATE FUNCTION member_locked_until(wanted uuid) RETURNS timestamptz
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT a.locked_until FROM users u JOIN sign_in_attempts a ON a.address_hash = sha256(convert_to(u.email, 'UTF8'))
          WHERE u.id = wanted AND is_member_here(wanted) AND a.locked_until > now() $$;

CREATE FUNCTION unlock_member(wanted uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM sign_in_attempts a USING users u
    WHERE u.id = wanted AND is_member_here(wanted) AND a.address_hash = sha256(convert_to(u.email, 'UTF8'));
    RETURN FOUND;
END
$$;

-- Without it whoever knows the password is in, everywhere: who belongs to an organization elsewhere too is helped by somebody who
-- stands above both.
CREATE FUNCTION reset_member_second_factor(wanted uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT is_member_here(wanted) THEN
        RETURN false;
    END IF;
    IF EXISTS (SELECT FROM memberships m WHERE m.user_id = wanted AND NOT EXISTS (
        SELECT FROM organization_closure c WHERE c.ancestor_id = current_organization() AND c.descendant_id = m.organization_id)) THEN
        RAISE EXCEPTION 'belongs elsewhere too' USING ERRCODE = 'EC012';
    END IF;
    DELETE FROM recovery_codes r WHERE r.user_id = wanted;
    DELETE FROM second_factors f WHERE f.user_id = wanted;
    UPDATE users u SET second_factor_at = NULL, updated_at = now() WHERE u.id = wanted AND u.second_factor_at IS NOT NULL;
    RETURN FOUND;
END
$$;

-- Sign-ins of the current organization's members, or of one of them, newest first; what stands above it is told there.
CREATE FUNCTION member_sign_ins(wanted uuid, before_at timestamptz, before_id uuid, at_most int)
    RETURNS TABLE (id uuid, user_id uuid, name text, email text, at timestamptz, outcome text, ip text, user_agent text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT s.id, s.user_id, u.name, u.email, s.at, s.outcome, s.ip, s.user_agent
          FROM memberships m JOIN sign_ins s ON s.user_id = m.user_id JOIN users u ON u.id = m.user_id
          WHERE m.organization_id = current_organization() AND (wanted IS NULL OR m.user_id = wanted)
            AND (before_at IS NULL OR (s.at, s.id) < (before_at, before_id))
          ORDER BY s.at DESC, s.id DESC LIMIT at_most $$;

-- What nobody asks about any more: sign-ins after half a year, attempts after a day without one.
CREATE FUNCTION prune_sign_ins() RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ DELETE FROM sign_ins s WHERE s.at < now() - interval '180 days';
          DELETE FROM sign_in_attempts a WHERE a.last_at < now() - interval '1 day' AND coalesce(a.locked_until, a.last_at) < now() $$;

-- How many members of the current organization hold each role, and how many of them have no second factor.
CREATE FUNCTION second_factor_use() RETURNS TABLE (role text, holders bigint, without bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT coalesce(m.role_id::text, m.role), count(*), count(*) FILTER (WHERE u.second_factor_at IS NULL)
          FROM memberships m JOIN users u ON u.id = m.user_id
          WHERE m.organization_id = current_organization() GROUP BY 1 $$;

-- Roles for which an organization above asks for a second factor.
CREATE FUNCTION second_factor_roles_above() RETURNS text[]
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT coalesce(array_agg(DISTINCT role), '{}') FROM organization_closure c
          JOIN organizations o ON o.id = c.ancestor_id CROSS JOIN LATERAL unnest(o.second_factor_roles) role
          WHERE c.descendant_id = current_organization() AND c.depth > 0 $$;

DROP TRIGGER access_changed ON users;
CREATE TRIGGER access_changed AFTER UPDATE OF email, name, disabled_at, second_factor_at ON users
    FOR EACH STATEMENT EXECUTE FUNCTION announce_access_change();

DO $$
DECLARE
    f text;
BEGIN
    FOREACH f IN ARRAY ARRAY['begin_sign_in(bytea)', 'end_sign_in(bytea, boolean)', 'is_member_here(uuid)', 'member_locked_until(uuid)',
                             'unlock_member(uuid)', 'reset_member_second_factor(uuid)',
                             'member_sign_ins(uuid, timestamptz, uuid, int)', 'prune_sign_ins()', 'second_factor_use()',
                             'second_factor_roles_above()'] LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO echosensei_system', f);
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO echosensei_app', f);
    END LOOP;
END
$$;
REVOKE CREATE ON SCHEMA public FROM echosensei_system;
