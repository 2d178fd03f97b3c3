-- Who touches the data.
--   echosensei_app     the server: no superuser, no BYPASSRLS, sees the rows of one tenant at a time
--   echosensei_system  owns the few SECURITY DEFINER functions that must look across tenants; nobody signs in as it
-- The role that runs migrations owns the tables and is bound by the same policies (FORCE).
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'echosensei_app') THEN
        CREATE ROLE echosensei_app LOGIN NOSUPERUSER NOBYPASSRLS;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'echosensei_system') THEN
        CREATE ROLE echosensei_system NOLOGIN NOSUPERUSER NOBYPASSRLS;
    END IF;
EXCEPTION WHEN duplicate_object THEN
    NULL; -- another database of the same cluster was migrated at the same moment
END
$$;
-- Ownership of a function can be given only to a role one is a member of, and only where that role may create.
DO $$
BEGIN
    IF NOT pg_has_role(current_user, 'echosensei_system', 'MEMBER') THEN
        EXECUTE format('GRANT echosensei_system TO %I', current_user);
    END IF;
END
$$;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO echosensei_app;
GRANT USAGE, CREATE ON SCHEMA public TO echosensei_system;

-- The tenant of the running transaction. After the first transaction of a connection an unset setting reads '', hence
-- nullif; NULL compares to nothing, so without a tenant there are no rows.
CREATE FUNCTION current_organization() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('app.organization_id', true), '')::uuid;
CREATE FUNCTION current_user_id() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('app.user_id', true), '')::uuid;

-- Switches a table to tenant isolation: every row belongs to the organization in its organization_id.
CREATE PROCEDURE isolate_by_tenant(tenant_table regclass)
    LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format('CREATE POLICY tenant ON %s USING (organization_id = current_organization()) WITH CHECK (organization_id = current_organization())', tenant_table);
    EXECUTE format('CREATE POLICY system ON %s TO echosensei_system USING (true) WITH CHECK (true)', tenant_table);
END
$$;

-- Makes the partition of the month that holds `moment`, if it is missing. The app's role may not create tables, so it
-- calls this function, which works as the tables' owner. Rights and policies sit on the parent only: a partition
-- has row security forced on and no policy, so that reading it directly yields nothing.
CREATE FUNCTION ensure_month_partition(parent regclass, moment timestamptz) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    month_start timestamptz := date_trunc('month', moment AT TIME ZONE 'UTC') AT TIME ZONE 'UTC';
    month_end timestamptz := (date_trunc('month', moment AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC';
    partition text := format('%s_%s', parent::text, to_char(moment AT TIME ZONE 'UTC', 'YYYY_MM'));
BEGIN
    IF NOT EXISTS (SELECT FROM pg_partitioned_table WHERE partrelid = parent) THEN
        RAISE EXCEPTION '% is not partitioned', parent;
    END IF;
    IF moment < timestamptz '2015-01-01Z' OR moment > now() + interval '1 year' THEN
        RAISE EXCEPTION 'no partition of % for %', parent, moment;
    END IF;
    IF to_regclass(partition) IS NOT NULL THEN
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('ensure_month_partition'), hashtext(partition));
    IF to_regclass(partition) IS NOT NULL THEN
        RETURN;
    END IF;
    EXECUTE format('CREATE TABLE %I PARTITION OF %s FOR VALUES FROM (%L) TO (%L)', partition, parent, month_start, month_end);
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', partition);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', partition);
END
$$;
REVOKE ALL ON FUNCTION ensure_month_partition(regclass, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ensure_month_partition(regclass, timestamptz) TO echosensei_app, echosensei_system;
