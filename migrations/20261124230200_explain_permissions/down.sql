DROP TRIGGER member_agents_ceiling ON member_agents;
DROP TRIGGER memberships_agents_ceiling ON memberships;
DROP FUNCTION check_agents_ceiling();
DROP FUNCTION role_holders();
DROP FUNCTION permission_ceiling(uuid, text);
