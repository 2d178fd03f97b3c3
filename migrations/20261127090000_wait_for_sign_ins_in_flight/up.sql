-- An attempt counts from its beginning, so that many guesses at once gain nothing. But a lock that only attempts under way have
-- made is in doubt until they end: who comes meanwhile waits for that, instead of being refused because others with the right
-- password came at the same moment. An attempt that never ends (its server died) is in doubt for 15 seconds, then it was a wrong one.
ALTER TABLE sign_in_attempts
    ADD COLUMN in_flight int NOT NULL DEFAULT 0 CHECK (in_flight >= 0),
    ADD COLUMN in_flight_until timestamptz NOT NULL DEFAULT '-infinity';

-- Seconds to wait, 0 to go on, or -1: ask again in a moment.
CREATE OR REPLACE FUNCTION begin_sign_in(wanted bytea) RETURNS int
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    known sign_in_attempts;
BEGIN
    INSERT INTO sign_in_attempts (address_hash) VALUES (wanted) ON CONFLICT DO NOTHING;
    SELECT * INTO known FROM sign_in_attempts a WHERE a.address_hash = wanted FOR UPDATE;
    IF known.in_flight_until < now() THEN
        known.in_flight := 0;
    END IF;
    IF known.locked_until > now() THEN
        RETURN CASE WHEN known.in_flight > 0 THEN -1 ELSE ceil(extract(epoch FROM known.locked_until - now())) END;
    END IF;
    IF known.last_at < now() - interval '1 day' THEN
        known.failures := 0;
    END IF;
    known.failures := known.failures + 1;
    UPDATE sign_in_attempts a SET failures = known.failures, last_at = now(),
        in_flight = known.in_flight + 1, in_flight_until = now() + interval '15 seconds',
        locked_until = CASE WHEN known.failures >= 5
            THEN now() + least(interval '1 minute' * power(2, least(known.failures - 5, 10)), interval '1 hour') END
    WHERE a.address_hash = wanted;
    RETURN 0;
END
$$;

-- The attempt led to a session, or was not meant to lead to one yet (`half`: the second factor is still to come). Those that are
-- still under way keep counting.
CREATE OR REPLACE FUNCTION end_sign_in(wanted bytea, half boolean) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE sign_in_attempts a SET locked_until = NULL, in_flight = greatest(a.in_flight - 1, 0),
        failures = CASE WHEN half THEN greatest(a.failures - 1, 0)
                        WHEN a.in_flight_until > now() THEN greatest(a.in_flight - 1, 0)
                        ELSE 0 END
    WHERE a.address_hash = wanted;
    IF NOT half THEN
        DELETE FROM sign_in_attempts a WHERE a.address_hash = wanted AND a.failures = 0;
    END IF;
END
$$;

-- The attempt was a wrong one: it stays counted, and is in doubt no longer.
CREATE FUNCTION refuse_sign_in(wanted bytea) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE sign_in_attempts a SET in_flight = greatest(a.in_flight - 1, 0) WHERE a.address_hash = wanted
$$;

GRANT CREATE ON SCHEMA public TO echosensei_system;
ALTER FUNCTION refuse_sign_in(bytea) OWNER TO echosensei_system;
REVOKE CREATE ON SCHEMA public FROM echosensei_system;
REVOKE ALL ON FUNCTION refuse_sign_in(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION refuse_sign_in(bytea) TO echosensei_app;
