-- A feature that is off in an organization is off for everybody who works there, those who enter from above too.
GRANT CREATE ON SCHEMA public TO echosensei_system;

-- Of `codes`, those whose features are on in an organization and between it and `above`, whose own features were asked already.
CREATE FUNCTION within_features(codes text[], of_organization uuid, above uuid) RETURNS text[]
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT coalesce(array_agg(p.code ORDER BY p.code), '{}') FROM permission_codes p
          WHERE p.code = ANY (codes) AND NOT EXISTS (
              SELECT FROM organization_closure c JOIN organizations o ON o.id = c.ancestor_id
              JOIN organization_closure below ON below.ancestor_id = above AND below.descendant_id = o.id AND below.depth > 0
              WHERE c.descendant_id = of_organization AND o.features_off && p.features) $$;
ALTER FUNCTION within_features(text[], uuid, uuid) OWNER TO echosensei_system;
REVOKE ALL ON FUNCTION within_features(text[], uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION within_features(text[], uuid, uuid) TO echosensei_app;

CREATE OR REPLACE FUNCTION standing(of_user uuid, in_organization uuid)
    RETURNS TABLE (membership_organization_id uuid, depth int, role text, role_id uuid, role_label text,
                   from_role text[], grants text[], denials text[], permissions text[],
                   only_assigned_agents boolean, agents uuid[], needs_second_factor boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
    SELECT m.organization_id, c.depth, m.role, m.role_id,
           coalesce((SELECT r.name FROM roles r WHERE r.id = m.role_id), (SELECT t.label FROM role_templates t WHERE t.key = m.role), m.role),
           base.codes, m.grants, m.denials,
           CASE WHEN c.depth = 0 THEN held.codes ELSE within_features(held.codes, in_organization, m.organization_id) END,
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
REVOKE CREATE ON SCHEMA public FROM echosensei_system;
