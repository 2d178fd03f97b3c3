-- Who may do what, and that nobody gives more than he has. The rules stand here and not in a handler, so that a handler
-- that forgets to ask gives nothing away.

-- What the code knows: written at start by whoever owns the tables, read by the rules below.
CREATE TABLE permission_codes (
    code text PRIMARY KEY,
    -- features that must be on
    features text[] NOT NULL DEFAULT '{}'
);
CREATE TABLE role_templates (
    key text PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('platform', 'agency', 'customer')),
    label text NOT NULL,
    permissions text[] NOT NULL
);
GRANT SELECT ON permission_codes, role_templates TO echosensei_app, echosensei_system;

ALTER TABLE organizations
    ADD COLUMN status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended', 'archived')),
    ADD COLUMN status_reason text,
    ADD COLUMN status_changed_at timestamptz,
    ADD COLUMN contact_email text,
    ADD COLUMN note text NOT NULL DEFAULT '' CHECK (length(note) <= 4000),
    -- NULL: as much as the organization above
    ADD COLUMN max_agents int CHECK (max_agents >= 0),
    ADD COLUMN max_users int CHECK (max_users >= 0),
    ADD COLUMN max_concurrent_calls int CHECK (max_concurrent_calls >= 0),
    ADD COLUMN max_minutes_per_month int CHECK (max_minutes_per_month >= 0),
    ADD COLUMN max_storage_bytes bigint CHECK (max_storage_bytes >= 0),
    ADD COLUMN features_off text[] NOT NULL DEFAULT '{}',
    -- NULL: whatever the organization above has
    ADD COLUMN allowed_permissions text[],
    -- keys of templates and ids of own roles whose holders need a second factor
    ADD COLUMN second_factor_roles text[] NOT NULL DEFAULT '{}',
    ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now();

ALTER TABLE users
    -- the second factor was set up and confirmed then
    ADD COLUMN second_factor_at timestamptz;

-- Own roles of an organization, usable in it and in those below it of the role's kind.
CREATE TABLE roles (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    -- in which kind of organization it can be given
    kind text NOT NULL CHECK (kind IN ('platform', 'agency', 'customer')),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
    description text NOT NULL DEFAULT '' CHECK (length(description) <= 300),
    permissions text[] NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (organization_id, id)
);
CREATE UNIQUE INDEX roles_name ON roles (organization_id, kind, lower(name));
CALL isolate_by_tenant('roles');
-- A customer's members may hold a role of its agency, and pages show its name.
CREATE POLICY from_above ON roles FOR SELECT USING (
    EXISTS (SELECT FROM organization_closure c
            WHERE c.descendant_id = current_organization() AND c.ancestor_id = roles.organization_id)
);

ALTER TABLE memberships
    -- an own role takes the place of the template
    ADD COLUMN role_id uuid REFERENCES roles (id),
    ADD COLUMN grants text[] NOT NULL DEFAULT '{}',
    ADD COLUMN denials text[] NOT NULL DEFAULT '{}',
    ADD COLUMN only_assigned_agents boolean NOT NULL DEFAULT false,
    ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now();
CREATE INDEX memberships_role ON memberships (role_id) WHERE role_id IS NOT NULL;

-- Agents of a member who sees only his own.
CREATE TABLE member_agents (
    organization_id uuid NOT NULL,
    user_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    PRIMARY KEY (organization_id, user_id, agent_id),
    FOREIGN KEY (organization_id, user_id) REFERENCES memberships (organization_id, user_id) ON DELETE CASCADE,
    FOREIGN KEY (organization_id, agent_id) REFERENCES agents (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX member_agents_agent ON member_agents (organization_id, agent_id);
CALL isolate_by_tenant('member_agents');

GRANT SELECT, INSERT, UPDATE, DELETE ON roles, member_agents TO echosensei_app;
GRANT SELECT ON roles, member_agents, users TO echosensei_system;
GRANT CREATE ON SCHEMA public TO echosensei_system;

-- "Only his agents": the transaction names them, and the tables show no others. Unset: all.
CREATE FUNCTION current_agents() RETURNS uuid[]
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('app.agent_ids', true), '')::uuid[];
CREATE POLICY only_assigned ON agents AS RESTRICTIVE TO echosensei_app
    USING (current_agents() IS NULL OR id = ANY (current_agents()));
CREATE POLICY only_assigned ON calls AS RESTRICTIVE TO echosensei_app
    USING (current_agents() IS NULL OR agent_id = ANY (current_agents()));

-- Of `codes`, those that an organization was given: by everybody above it, by itself, and by its features.
CREATE FUNCTION within_ceiling(codes text[], of_organization uuid) RETURNS text[]
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT coalesce(array_agg(p.code ORDER BY p.code), '{}') FROM permission_codes p
          WHERE p.code = ANY (codes) AND NOT EXISTS (
              SELECT FROM organization_closure c JOIN organizations o ON o.id = c.ancestor_id
              WHERE c.descendant_id = of_organization
                AND (p.code <> ALL (o.allowed_permissions) OR o.features_off && p.features)) $$;

-- An organization works only while it and everything above it does.
CREATE FUNCTION organization_status(wanted uuid) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT o.status FROM organization_closure c JOIN organizations o ON o.id = c.ancestor_id
          WHERE c.descendant_id = wanted
          ORDER BY array_position(ARRAY['archived', 'suspended', 'active'], o.status) LIMIT 1 $$;

-- Permissions of a template or of an own role, before grants, denials and ceiling.
CREATE FUNCTION role_permissions(template text, own_role uuid) RETURNS text[]
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT coalesce(CASE WHEN own_role IS NOT NULL
                               THEN (SELECT r.permissions FROM roles r WHERE r.id = own_role)
                               ELSE (SELECT t.permissions FROM role_templates t WHERE t.key = template) END, '{}') $$;

-- What a person is in an organization: the nearest membership counts, his own in it or one above whose holder may enter.
CREATE FUNCTION standing(of_user uuid, in_organization uuid)
    RETURNS TABLE (membership_organization_id uuid, depth int, role text, role_id uuid, role_label text,
                   from_role text[], grants text[], denials text[], permissions text[],
                   only_assigned_agents boolean, agents uuid[], needs_second_factor boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
    SELECT m.organization_id, c.depth, m.role, m.role_id,
           coalesce((SELECT r.name FROM roles r WHERE r.id = m.role_id), (SELECT t.label FROM role_templates t WHERE t.key = m.role), m.role),
           base.codes, m.grants, m.denials, held.codes,
           m.only_assigned_agents AND c.depth = 0,
           CASE WHEN m.only_assigned_agents AND c.depth = 0
                THEN (SELECT coalesce(array_agg(ma.agent_id), '{}') FROM member_agents ma
                      WHERE ma.organization_id = m.organization_id AND ma.user_id = m.user_id) END,
           EXISTS (SELECT FROM organizations o JOIN organization_closure up ON up.ancestor_id = o.id
                   WHERE up.descendant_id = m.organization_id
                     AND coalesce(m.role_id::text, m.role) = ANY (o.second_factor_roles))
    FROM memberships m
    JOIN users u ON u.id = m.user_id AND u.disabled_at IS NULL
    JOIN organization_closure c ON c.ancestor_id = m.organization_id AND c.descendant_id = in_organization
    CROSS JOIN LATERAL (SELECT role_permissions(m.role, m.role_id) AS codes) base
    CROSS JOIN LATERAL (
        SELECT within_ceiling(ARRAY(SELECT code FROM unnest(base.codes || m.grants) code WHERE code <> ALL (m.denials)),
                              m.organization_id) AS codes) held
    WHERE m.user_id = of_user AND (c.depth = 0 OR 'organizations.enter' = ANY (held.codes))
    ORDER BY c.depth LIMIT 1 $$;

-- Refuses what its author does not hold himself. Without an author it is the program: seeding, the command line.
CREATE FUNCTION refuse_above_author(given text[], in_organization uuid) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    author uuid := current_user_id();
    missing text[];
BEGIN
    IF author IS NULL THEN
        RETURN;
    END IF;
    SELECT array_agg(code ORDER BY code) INTO missing FROM unnest(given) code
    WHERE code <> ALL (coalesce((SELECT s.permissions FROM standing(author, in_organization) s), '{}'));
    IF missing IS NOT NULL THEN
        RAISE EXCEPTION 'delegation ceiling' USING ERRCODE = 'EC001', DETAIL = array_to_string(missing, ',');
    END IF;
END
$$;

CREATE FUNCTION check_membership_ceiling() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.role_id IS NULL AND NOT EXISTS (SELECT FROM role_templates t JOIN organizations o ON o.kind = t.kind
                                           WHERE t.key = NEW.role AND o.id = NEW.organization_id) THEN
        RAISE EXCEPTION 'role % can not be given here', NEW.role USING ERRCODE = 'EC002';
    END IF;
    IF NEW.role_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM roles r JOIN organization_closure c ON c.ancestor_id = r.organization_id AND c.descendant_id = NEW.organization_id
        JOIN organizations o ON o.id = NEW.organization_id AND o.kind = r.kind WHERE r.id = NEW.role_id) THEN
        RAISE EXCEPTION 'role % can not be given here', NEW.role_id USING ERRCODE = 'EC002';
    END IF;
    -- Taking away needs no ceiling; what was given by somebody higher may stay.
    IF TG_OP = 'INSERT' THEN
        PERFORM refuse_above_author(within_ceiling(role_permissions(NEW.role, NEW.role_id) || NEW.grants, NEW.organization_id), NEW.organization_id);
    ELSE
        PERFORM refuse_above_author(ARRAY(
            SELECT unnest(within_ceiling(ARRAY(SELECT code FROM unnest(role_permissions(NEW.role, NEW.role_id) || NEW.grants) code
                                               WHERE code <> ALL (NEW.denials)), NEW.organization_id))
            EXCEPT
            SELECT unnest(within_ceiling(ARRAY(SELECT code FROM unnest(role_permissions(OLD.role, OLD.role_id) || OLD.grants) code
                                               WHERE code <> ALL (OLD.denials)), OLD.organization_id))), NEW.organization_id);
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER memberships_ceiling BEFORE INSERT OR UPDATE OF role, role_id, grants, denials ON memberships
    FOR EACH ROW EXECUTE FUNCTION check_membership_ceiling();

CREATE FUNCTION check_role_ceiling() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM refuse_above_author(CASE WHEN TG_OP = 'INSERT' THEN NEW.permissions
        ELSE ARRAY(SELECT unnest(NEW.permissions) EXCEPT SELECT unnest(OLD.permissions)) END, NEW.organization_id);
    RETURN NEW;
END
$$;
CREATE TRIGGER roles_ceiling BEFORE INSERT OR UPDATE OF permissions ON roles
    FOR EACH ROW EXECUTE FUNCTION check_role_ceiling();

-- What an organization is given comes from above it, from somebody who has it there.
CREATE FUNCTION check_organization_ceiling() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    author uuid := current_user_id();
BEGIN
    IF author IS NULL THEN
        RETURN NEW;
    END IF;
    IF current_organization() = NEW.id AND TG_OP = 'UPDATE' THEN
        RAISE EXCEPTION 'an organization does not set its own limits' USING ERRCODE = 'EC003';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER organizations_ceiling BEFORE UPDATE OF status, max_agents, max_users, max_concurrent_calls, max_minutes_per_month,
    max_storage_bytes, features_off, allowed_permissions, parent_id, kind ON organizations
    FOR EACH ROW EXECUTE FUNCTION check_organization_ceiling();

-- An organization that has an owner keeps one who can sign in.
CREATE FUNCTION keep_an_owner() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF OLD.role LIKE '%\_owner' AND OLD.role_id IS NULL
       AND EXISTS (SELECT FROM organizations o WHERE o.id = OLD.organization_id)
       AND NOT EXISTS (SELECT FROM memberships m JOIN users u ON u.id = m.user_id
                       WHERE m.organization_id = OLD.organization_id AND m.role LIKE '%\_owner' AND m.role_id IS NULL
                         AND u.disabled_at IS NULL) THEN
        RAISE EXCEPTION 'the last owner' USING ERRCODE = 'EC004';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER memberships_keep_owner AFTER UPDATE OR DELETE ON memberships
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION keep_an_owner();

-- Every server forgets what it remembers of an organization's members: what it asks next is true.
CREATE FUNCTION announce_access_change() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_notify('access', '');
    RETURN NULL;
END
$$;
CREATE TRIGGER access_changed AFTER INSERT OR UPDATE OR DELETE ON memberships FOR EACH STATEMENT EXECUTE FUNCTION announce_access_change();
CREATE TRIGGER access_changed AFTER INSERT OR UPDATE OR DELETE ON roles FOR EACH STATEMENT EXECUTE FUNCTION announce_access_change();
CREATE TRIGGER access_changed AFTER INSERT OR UPDATE OR DELETE ON member_agents FOR EACH STATEMENT EXECUTE FUNCTION announce_access_change();
CREATE TRIGGER access_changed AFTER UPDATE ON organizations FOR EACH STATEMENT EXECUTE FUNCTION announce_access_change();
CREATE TRIGGER access_changed AFTER UPDATE OF email, name, disabled_at ON users FOR EACH STATEMENT EXECUTE FUNCTION announce_access_change();

-- The search sees all rows, so it keeps to the member's agents itself.
CREATE OR REPLACE FUNCTION search_calls(
    words_wanted text, number_wanted text, only_agent uuid, only_status text, only_direction text, only_outcome text,
    from_time timestamptz, to_time timestamptz, before_time timestamptz, before_id uuid, at_most int)
    RETURNS TABLE (id uuid, started_at timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    tenant uuid := current_organization();
    condition text := '';
    newest timestamptz := least(before_time, to_time, now() + interval '1 day');
    since timestamptz;
    until timestamptz;
    found bigint;
    missing bigint := at_most;
BEGIN
    IF tenant IS NULL THEN
        RETURN;
    END IF;
    IF words_wanted IS NOT NULL AND number_wanted IS NOT NULL THEN
        condition := format(' AND (c.words @@ websearch_to_tsquery(''simple'', %L) OR c.counterpart LIKE %L)',
                            words_wanted, '%' || number_wanted || '%');
    ELSIF words_wanted IS NOT NULL THEN
        condition := format(' AND c.words @@ websearch_to_tsquery(''simple'', %L)', words_wanted);
    ELSIF number_wanted IS NOT NULL THEN
        condition := format(' AND c.counterpart LIKE %L', '%' || number_wanted || '%');
    END IF;
    IF current_agents() IS NOT NULL THEN condition := condition || format(' AND c.agent_id = ANY (%L::uuid[])', current_agents()); END IF;
    IF only_agent IS NOT NULL THEN condition := condition || format(' AND c.agent_id = %L', only_agent); END IF;
    IF only_status IS NOT NULL THEN condition := condition || format(' AND c.status = %L', only_status); END IF;
    IF only_direction IS NOT NULL THEN condition := condition || format(' AND c.direction = %L', only_direction); END IF;
    IF only_outcome IS NOT NULL THEN condition := condition || format(' AND c.outcome = %L', only_outcome); END IF;
    IF from_time IS NOT NULL THEN condition := condition || format(' AND c.started_at >= %L', from_time); END IF;
    IF to_time IS NOT NULL THEN condition := condition || format(' AND c.started_at < %L', to_time); END IF;
    IF before_time IS NOT NULL THEN
        condition := condition || format(' AND (c.started_at, c.id) < (%L::timestamptz, %L::uuid)', before_time, before_id);
    END IF;
    FOREACH since IN ARRAY ARRAY[newest - interval '8 days', newest - interval '62 days', '-infinity'] LOOP
        RETURN QUERY EXECUTE format(
            'SELECT c.id, c.started_at FROM calls c WHERE c.organization_id = %L%s%s%s ORDER BY c.started_at DESC, c.id DESC LIMIT %s',
            tenant, CASE WHEN isfinite(since) THEN format(' AND c.started_at >= %L', since) END,
            CASE WHEN until IS NOT NULL THEN format(' AND c.started_at < %L', until) END, condition, missing);
        GET DIAGNOSTICS found = ROW_COUNT;
        missing := missing - found;
        EXIT WHEN missing <= 0 OR since <= from_time;
        until := since;
    END LOOP;
END
$$;

DO $$
DECLARE
    f text;
BEGIN
    FOREACH f IN ARRAY ARRAY['within_ceiling(text[], uuid)', 'organization_status(uuid)', 'role_permissions(text, uuid)', 'standing(uuid, uuid)',
                             'refuse_above_author(text[], uuid)', 'check_membership_ceiling()', 'check_role_ceiling()',
                             'check_organization_ceiling()', 'keep_an_owner()'] LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO echosensei_system', f);
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO echosensei_app', f);
    END LOOP;
END
$$;
REVOKE CREATE ON SCHEMA public FROM echosensei_system;
