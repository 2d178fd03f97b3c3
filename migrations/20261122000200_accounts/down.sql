DROP FUNCTION create_platform(uuid, text, text, text);
DROP TABLE audit_log, sessions, memberships, users, organization_closure, organizations CASCADE;
DROP FUNCTION keep_organization_closure();
