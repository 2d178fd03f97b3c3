DROP FUNCTION connections_sealed_otherwise(bytea);
