DROP FUNCTION erase_connection_part(uuid, int);
REVOKE DELETE ON call_keys FROM echosensei_system;
GRANT CREATE ON SCHEMA public TO echosensei_system;
CREATE FUNCTION erase_connection(wanted uuid)
    RETURNS SETOF text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM connections c WHERE c.id = wanted AND c.organization_id = current_organization()) THEN
        RETURN;
    END IF;
    RETURN QUERY SELECT r.storage_key FROM call_keys k
        JOIN recordings r ON r.organization_id = k.organization_id AND r.started_at = k.started_at AND r.call_id = k.call_id
        WHERE k.connection_id = wanted;
    DELETE FROM call_turns t USING call_keys k
        WHERE k.connection_id = wanted AND t.organization_id = k.organization_id AND t.call_id = k.call_id
          AND t.started_at = k.started_at;
    DELETE FROM webhook_inbox i WHERE i.connection_id = wanted;
    DELETE FROM calls c WHERE c.connection_id = wanted;
    DELETE FROM connections c WHERE c.id = wanted;
END
$$;
REVOKE ALL ON FUNCTION erase_connection(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION erase_connection(uuid) TO echosensei_app;
ALTER FUNCTION erase_connection(uuid) OWNER TO echosensei_system;
CREATE OR REPLACE FUNCTION connection_directory(wanted uuid)
    RETURNS TABLE (organization_id uuid, webhook_secret_sealed bytea)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT c.organization_id, c.webhook_secret_sealed FROM connections c WHERE c.id = wanted $$;
CREATE OR REPLACE FUNCTION all_connections()
    RETURNS TABLE (id uuid, organization_id uuid, health text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT c.id, c.organization_id, c.health FROM connections c $$;
REVOKE CREATE ON SCHEMA public FROM echosensei_system;
ALTER TABLE connections DROP COLUMN removing_at;
