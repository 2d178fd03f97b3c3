DROP FUNCTION verify_audit_log();
DROP TRIGGER audit_log_chain ON audit_log;
DROP FUNCTION chain_audit_entry();
DROP FUNCTION audit_hash(bytea, audit_log);
DROP INDEX audit_log_sequence;
DROP TABLE audit_heads;
ALTER TABLE audit_log DROP COLUMN sequence, DROP COLUMN hash;
