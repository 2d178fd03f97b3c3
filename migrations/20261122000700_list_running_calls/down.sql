DROP FUNCTION running_calls(uuid);
