DROP FUNCTION ensure_month_partition(regclass, timestamptz);
DROP PROCEDURE isolate_by_tenant(regclass);
DROP FUNCTION current_user_id();
DROP FUNCTION current_organization();
-- The roles stay: other databases of the cluster may use them.
