-- Members of the current tenant who may do something, for mail that asks them to.

GRANT CREATE ON SCHEMA public TO echosensei_system;

DROP FUNCTION connection_managers();
CREATE FUNCTION members_who_may(wanted text) RETURNS TABLE (email text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT u.email::text FROM memberships m JOIN users u ON u.id = m.user_id
          CROSS JOIN LATERAL standing(m.user_id, current_organization()) s
          WHERE m.organization_id = current_organization() AND wanted = ANY (s.permissions)
          ORDER BY u.email $$;

ALTER FUNCTION members_who_may(text) OWNER TO echosensei_system;
REVOKE ALL ON FUNCTION members_who_may(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION members_who_may(text) TO echosensei_app;

REVOKE CREATE ON SCHEMA public FROM echosensei_system;
