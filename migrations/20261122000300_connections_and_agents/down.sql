DROP FUNCTION agent_directory(uuid, text);
DROP FUNCTION all_connections();
DROP FUNCTION connection_directory(uuid);
DROP TABLE poll_leases, sync_runs, agents, connections;
