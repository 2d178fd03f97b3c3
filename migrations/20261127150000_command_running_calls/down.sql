DROP FUNCTION prune_live_commands(interval);
DROP FUNCTION forget_open_monitors(uuid);
DROP FUNCTION note_live_abilities(uuid, jsonb);
DROP TABLE agent_live_abilities;
DROP TABLE live_commands;
DROP TABLE live_monitors;
ALTER TABLE call_keys DROP CONSTRAINT call_keys_of_organization;
