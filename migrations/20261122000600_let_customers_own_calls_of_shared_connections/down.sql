DROP FUNCTION erase_connection(uuid);
DROP FUNCTION connection_counts();
DROP FUNCTION sync_agents(uuid, jsonb, boolean);
DROP FUNCTION agents_of_connection(uuid, text[]);
DROP FUNCTION known_calls(uuid, text[]);
DROP FUNCTION newest_call(uuid);
DROP INDEX call_keys_newest;
REVOKE INSERT, UPDATE ON agents FROM echosensei_system;
REVOKE DELETE ON connections, calls, call_turns, webhook_inbox FROM echosensei_system;
REVOKE SELECT ON call_turns FROM echosensei_system;
ALTER TABLE sync_runs DROP COLUMN updated_at;
ALTER TABLE calls DROP CONSTRAINT calls_connection_id_fkey;
ALTER TABLE calls ADD CONSTRAINT calls_organization_id_connection_id_fkey
    FOREIGN KEY (organization_id, connection_id) REFERENCES connections (organization_id, id) ON DELETE CASCADE;
