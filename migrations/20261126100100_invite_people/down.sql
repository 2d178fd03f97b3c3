DROP FUNCTION is_member_somewhere(uuid);
DROP FUNCTION find_invitation(bytea);
DROP TABLE opening_credits;
DROP TABLE agency_terms;
DROP TABLE invitations;
DROP FUNCTION check_invitation_ceiling();
ALTER TABLE users DROP COLUMN email_verified_at;
