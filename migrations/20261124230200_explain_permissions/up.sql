-- What the pages about members and roles must know of organizations that the asking one does not see, and no more of them.
GRANT CREATE ON SCHEMA public TO echosensei_system;

-- Why an organization has a permission or not: what each organization above it, and it itself, says of it. Asked of the
-- caller's own organization or of one above it, as the membership of a visitor lies there.
CREATE FUNCTION permission_ceiling(of_organization uuid, wanted text)
    RETURNS TABLE (organization_id uuid, name text, depth int, status text, allowed boolean, features_off text[])
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
    SELECT o.id, o.name, c.depth, o.status, coalesce(wanted = ANY (o.allowed_permissions), true),
           ARRAY(SELECT unnest(p.features) INTERSECT SELECT unnest(o.features_off))
    FROM organization_closure c
    JOIN organizations o ON o.id = c.ancestor_id
    JOIN permission_codes p ON p.code = wanted
    WHERE c.descendant_id = of_organization
      AND EXISTS (SELECT FROM organization_closure own
                  WHERE own.ancestor_id = of_organization AND own.descendant_id = current_organization())
    ORDER BY c.depth DESC $$;

-- How many hold each own role of the current organization, in it and below it.
CREATE FUNCTION role_holders() RETURNS TABLE (role_id uuid, holders bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT m.role_id, count(*) FROM memberships m JOIN roles r ON r.id = m.role_id
          WHERE r.organization_id = current_organization() GROUP BY m.role_id $$;

-- Who sees only his agents lets nobody see others: the delegation ceiling for rows.
CREATE FUNCTION check_agents_ceiling() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    author uuid := current_user_id();
    own uuid[];
BEGIN
    IF author IS NOT NULL THEN
        SELECT s.agents INTO own FROM standing(author, NEW.organization_id) s;
    END IF;
    IF own IS NULL THEN
        RETURN NEW;
    END IF;
    IF TG_TABLE_NAME = 'member_agents' THEN
        IF NEW.agent_id <> ALL (own) THEN
            RAISE EXCEPTION 'not an agent of the author' USING ERRCODE = 'EC005';
        END IF;
    ELSIF NOT NEW.only_assigned_agents AND (TG_OP = 'INSERT' OR OLD.only_assigned_agents) THEN
        RAISE EXCEPTION 'not an agent of the author' USING ERRCODE = 'EC005';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER memberships_agents_ceiling BEFORE INSERT OR UPDATE OF only_assigned_agents ON memberships
    FOR EACH ROW EXECUTE FUNCTION check_agents_ceiling();
CREATE TRIGGER member_agents_ceiling BEFORE INSERT OR UPDATE ON member_agents
    FOR EACH ROW EXECUTE FUNCTION check_agents_ceiling();

DO $$
DECLARE
    f text;
BEGIN
    FOREACH f IN ARRAY ARRAY['permission_ceiling(uuid, text)', 'role_holders()', 'check_agents_ceiling()'] LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO echosensei_system', f);
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO echosensei_app', f);
    END LOOP;
END
$$;
REVOKE CREATE ON SCHEMA public FROM echosensei_system;
