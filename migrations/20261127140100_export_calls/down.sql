DROP FUNCTION prune_call_exports();
DROP FUNCTION call_exports_to_expire(int);
DROP TABLE call_exports;
