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
DROP TRIGGER access_changed ON users;
DROP TRIGGER access_changed ON organizations;
DROP TRIGGER access_changed ON member_agents;
DROP TRIGGER access_changed ON roles;
DROP TRIGGER access_changed ON memberships;
DROP FUNCTION announce_access_change();
DROP TRIGGER memberships_keep_owner ON memberships;
DROP FUNCTION keep_an_owner();
DROP TRIGGER organizations_ceiling ON organizations;
DROP FUNCTION check_organization_ceiling();
DROP TRIGGER roles_ceiling ON roles;
DROP FUNCTION check_role_ceiling();
DROP TRIGGER memberships_ceiling ON memberships;
DROP FUNCTION check_membership_ceiling();
DROP FUNCTION refuse_above_author(text[], uuid);
DROP FUNCTION standing(uuid, uuid);
DROP FUNCTION role_permissions(text, uuid);
DROP FUNCTION organization_status(uuid);
DROP FUNCTION within_ceiling(text[], uuid);
DROP POLICY only_assigned ON calls;
DROP POLICY only_assigned ON agents;
DROP FUNCTION current_agents();
DROP TABLE member_agents;
ALTER TABLE memberships DROP COLUMN role_id, DROP COLUMN grants, DROP COLUMN denials, DROP COLUMN only_assigned_agents,
    DROP COLUMN updated_at;
DROP TABLE roles;
REVOKE SELECT ON users FROM echosensei_system;
ALTER TABLE users DROP COLUMN second_factor_at;
ALTER TABLE organizations DROP COLUMN status, DROP COLUMN status_reason, DROP COLUMN status_changed_at, DROP COLUMN contact_email,
    DROP COLUMN note, DROP COLUMN max_agents, DROP COLUMN max_users, DROP COLUMN max_concurrent_calls,
    DROP COLUMN max_minutes_per_month, DROP COLUMN max_storage_bytes, DROP COLUMN features_off, DROP COLUMN allowed_permissions,
    DROP COLUMN second_factor_roles, DROP COLUMN updated_at;
DROP TABLE role_templates;
DROP TABLE permission_codes;
