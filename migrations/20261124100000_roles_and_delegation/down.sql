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
