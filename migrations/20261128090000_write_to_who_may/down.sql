GRANT CREATE ON SCHEMA public TO echosensei_system;

DROP FUNCTION members_who_may(text);
CREATE FUNCTION connection_managers() RETURNS TABLE (email text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT u.email::text FROM memberships m JOIN users u ON u.id = m.user_id
          CROSS JOIN LATERAL standing(m.user_id, current_organization()) s
          WHERE m.organization_id = current_organization() AND 'connections.manage' = ANY (s.permissions)
          ORDER BY u.email $$;

ALTER FUNCTION connection_managers() OWNER TO echosensei_system;
REVOKE ALL ON FUNCTION connection_managers() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION connection_managers() TO echosensei_app;

REVOKE CREATE ON SCHEMA public FROM echosensei_system;
