-- How many connections hold a provider's key that was sealed with another key than this. The id of the sealing key stands
-- behind the first byte (crates/server/src/seal.rs).
GRANT CREATE ON SCHEMA public TO echosensei_system;
CREATE FUNCTION connections_sealed_otherwise(key_id bytea) RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT count(*) FROM connections WHERE substring(api_key_sealed FROM 2 FOR 4) <> key_id $$;
REVOKE ALL ON FUNCTION connections_sealed_otherwise(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION connections_sealed_otherwise(bytea) TO echosensei_app;
ALTER FUNCTION connections_sealed_otherwise(bytea) OWNER TO echosensei_system;
REVOKE CREATE ON SCHEMA public FROM echosensei_system;
