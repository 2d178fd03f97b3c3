GRANT CREATE ON SCHEMA public TO echosensei_system;
CREATE OR REPLACE FUNCTION standing(of_user uuid, in_organization uuid)
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
DROP FUNCTION within_features(text[], uuid, uuid);
REVOKE CREATE ON SCHEMA public FROM echosensei_system;
