DROP TRIGGER ledger_inserted ON calls;
DROP TRIGGER ledger_updated ON calls;
DROP TRIGGER ledger_deleted ON calls;
DROP FUNCTION note_call_ledger();
DROP FUNCTION is_erased(uuid, text);
DROP FUNCTION note_listed(uuid, uuid, text[], timestamptz[], boolean[], timestamptz, boolean);
DROP FUNCTION end_walk(uuid, timestamptz);
DROP FUNCTION count_listed(uuid);
DROP FUNCTION gaps_to_heal(uuid, interval, int);
DROP FUNCTION stuck_calls(uuid, interval, int);
DROP FUNCTION settle_conversation(uuid, text, text);
DROP FUNCTION note_reason(uuid, text, text, text);
DROP FUNCTION connection_gaps(uuid, text, int);
DROP FUNCTION count_gaps(uuid);
DROP FUNCTION retry_gap(uuid, text);
DROP FUNCTION connection_managers();
DROP TABLE provider_novelties;
DROP TABLE connection_checks;
DROP TABLE call_ledger;
REVOKE SELECT ON jobs FROM echosensei_system;

CREATE OR REPLACE FUNCTION ensure_month_partition(parent regclass, moment timestamptz) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    month_start timestamptz := date_trunc('month', moment AT TIME ZONE 'UTC') AT TIME ZONE 'UTC';
    month_end timestamptz := (date_trunc('month', moment AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC';
    partition text := format('%s_%s', parent::text, to_char(moment AT TIME ZONE 'UTC', 'YYYY_MM'));
BEGIN
    IF NOT EXISTS (SELECT FROM pg_partitioned_table WHERE partrelid = parent) THEN
        RAISE EXCEPTION '% is not partitioned', parent;
    END IF;
    IF moment < timestamptz '2015-01-01Z' OR moment > now() + interval '1 year' THEN
        RAISE EXCEPTION 'no partition of % for %', parent, moment;
    END IF;
    IF to_regclass(partition) IS NOT NULL THEN
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('ensure_month_partition'), hashtext(partition));
    IF to_regclass(partition) IS NOT NULL THEN
        RETURN;
    END IF;
    EXECUTE format('CREATE TABLE %I PARTITION OF %s FOR VALUES FROM (%L) TO (%L)', partition, parent, month_start, month_end);
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', partition);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', partition);
END
$$;
