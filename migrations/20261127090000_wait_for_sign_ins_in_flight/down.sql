DROP FUNCTION refuse_sign_in(bytea);

CREATE OR REPLACE FUNCTION begin_sign_in(wanted bytea) RETURNS int
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

CREATE OR REPLACE FUNCTION end_sign_in(wanted bytea, half boolean) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF half THEN
        UPDATE sign_in_attempts a SET failures = greatest(a.failures - 1, 0), locked_until = NULL WHERE a.address_hash = wanted;
    ELSE
        DELETE FROM sign_in_attempts a WHERE a.address_hash = wanted;
    END IF;
END
$$;

ALTER TABLE sign_in_attempts DROP COLUMN in_flight, DROP COLUMN in_flight_until;
