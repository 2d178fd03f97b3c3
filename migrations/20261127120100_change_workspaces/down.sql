DROP FUNCTION connection_contents(uuid);
DROP TABLE workspace_changes;
