-- Removing a connection with years of calls takes longer than a request may: it is marked, and a job erases it part by part.
-- From the mark on it is known to nobody but its own list: no webhook is taken, nothing is fetched, nothing polled.
ALTER TABLE connections ADD COLUMN removing_at timestamptz;

GRANT CREATE ON SCHEMA public TO echosensei_system;

CREATE OR REPLACE FUNCTION connection_directory(wanted uuid)
    RETURNS TABLE (organization_id uuid, webhook_secret_sealed bytea)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT c.organization_id, c.webhook_secret_sealed FROM connections c
          WHERE c.id = wanted AND c.removing_at IS NULL $$;
CREATE OR REPLACE FUNCTION all_connections()
    RETURNS TABLE (id uuid, organization_id uuid, health text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT c.id, c.organization_id, c.health FROM connections c WHERE c.removing_at IS NULL $$;

DROP FUNCTION erase_connection(uuid);

-- Erases a part of a connection that is marked, rows of its customers included: at most so many calls, or when none are left
-- deliveries, or receipts, or at last the connection itself. `left_over` tells whether to call again; `storage_keys` are of
-- recordings, which the caller has to erase.
CREATE FUNCTION erase_connection_part(wanted uuid, at_most int)
    RETURNS TABLE (left_over boolean, storage_keys text[])
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    ids uuid[];
    erased bigint;
BEGIN
    left_over := true;
    storage_keys := '{}';
    IF NOT EXISTS (SELECT FROM connections c WHERE c.id = wanted AND c.organization_id = current_organization()
                   AND c.removing_at IS NOT NULL) THEN
        left_over := false;
        RETURN NEXT;
        RETURN;
    END IF;
    ids := ARRAY(SELECT k.call_id FROM call_keys k WHERE k.connection_id = wanted LIMIT at_most);
    IF cardinality(ids) > 0 THEN
        SELECT coalesce(array_agg(r.storage_key), '{}') INTO storage_keys
        FROM call_keys k
        JOIN recordings r ON r.organization_id = k.organization_id AND r.started_at = k.started_at AND r.call_id = k.call_id
        WHERE k.call_id = ANY (ids);
        DELETE FROM call_turns t USING call_keys k
            WHERE k.call_id = ANY (ids) AND t.organization_id = k.organization_id AND t.call_id = k.call_id
              AND t.started_at = k.started_at;
        DELETE FROM calls c USING call_keys k
            WHERE k.call_id = ANY (ids) AND c.organization_id = k.organization_id AND c.id = k.call_id
              AND c.started_at = k.started_at;
        DELETE FROM call_keys k WHERE k.call_id = ANY (ids);
        RETURN NEXT;
        RETURN;
    END IF;
    DELETE FROM webhook_inbox i USING (
        SELECT x.organization_id, x.received_at, x.id FROM webhook_inbox x
        WHERE x.organization_id = current_organization() AND x.connection_id = wanted LIMIT at_most) part
        WHERE i.organization_id = part.organization_id AND i.received_at = part.received_at AND i.id = part.id;
    GET DIAGNOSTICS erased = ROW_COUNT;
    IF erased = 0 THEN
        DELETE FROM webhook_receipts r USING (
            SELECT x.event_key FROM webhook_receipts x WHERE x.connection_id = wanted LIMIT at_most) part
            WHERE r.connection_id = wanted AND r.event_key = part.event_key;
        GET DIAGNOSTICS erased = ROW_COUNT;
    END IF;
    IF erased = 0 THEN
        DELETE FROM connections c WHERE c.id = wanted;
        left_over := false;
    END IF;
    RETURN NEXT;
END
$$;
GRANT DELETE ON call_keys TO echosensei_system;
REVOKE ALL ON FUNCTION erase_connection_part(uuid, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION erase_connection_part(uuid, int) TO echosensei_app;
ALTER FUNCTION erase_connection_part(uuid, int) OWNER TO echosensei_system;
REVOKE CREATE ON SCHEMA public FROM echosensei_system;
