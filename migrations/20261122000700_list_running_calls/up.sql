-- The poller compares the provider's list of running calls with ours after a restart. Calls of a shared connection
-- belong to several organizations, so it asks across tenants, for one connection.
CREATE FUNCTION running_calls(of_connection uuid) RETURNS TABLE (conversation_id text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT c.conversation_id FROM calls c
          WHERE c.connection_id = of_connection AND c.status IN ('initiated', 'in-progress') $$;
GRANT CREATE ON SCHEMA public TO echosensei_system;
ALTER FUNCTION running_calls(uuid) OWNER TO echosensei_system;
REVOKE CREATE ON SCHEMA public FROM echosensei_system;
REVOKE ALL ON FUNCTION running_calls(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION running_calls(uuid) TO echosensei_app;
