-- What was received and dealt with is kept for a while and then removed: the inbox holds whole transcripts, and both tables
-- would otherwise grow for ever. Rows come in the order of their time, so this index takes next to nothing.
CREATE INDEX webhook_receipts_age ON webhook_receipts USING brin (received_at);

GRANT CREATE ON SCHEMA public TO echosensei_system;
GRANT DELETE ON webhook_receipts TO echosensei_system;

-- Removes at most so many deliveries of before that moment, and receipts without a delivery. What is not dealt with yet
-- ('new') or was given up ('failed', its dead letter can be run again) stays, and its receipt with it.
CREATE FUNCTION prune_webhooks(older_than timestamptz, at_most int)
    RETURNS TABLE (deliveries bigint, receipts bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM webhook_inbox i
    USING (SELECT x.organization_id, x.received_at, x.id FROM webhook_inbox x
           WHERE x.received_at < older_than AND x.state IN ('done', 'ignored')
           LIMIT at_most) old
    WHERE i.organization_id = old.organization_id AND i.received_at = old.received_at AND i.id = old.id;
    GET DIAGNOSTICS deliveries = ROW_COUNT;
    DELETE FROM webhook_receipts r
    USING (SELECT x.connection_id, x.event_key FROM webhook_receipts x
           WHERE x.received_at < older_than AND NOT EXISTS (
               SELECT FROM webhook_inbox i
               WHERE i.organization_id = x.organization_id AND i.received_at = x.received_at AND i.id = x.inbox_id)
           LIMIT at_most) old
    WHERE r.connection_id = old.connection_id AND r.event_key = old.event_key;
    GET DIAGNOSTICS receipts = ROW_COUNT;
    RETURN NEXT;
END
$$;

-- Row security hides all rows from the owner of the tables, who drops the months: this function looks for it.
CREATE FUNCTION webhook_inbox_is_empty(month_start timestamptz, month_end timestamptz) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT NOT EXISTS (SELECT FROM webhook_inbox WHERE received_at >= month_start AND received_at < month_end) $$;

-- Drops the inbox's empty months that ended before that moment; their names. One that somebody reads at this moment is left
-- for another day, so that no delivery waits.
CREATE FUNCTION drop_empty_inbox_months(ended_before timestamptz) RETURNS SETOF text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '1s' AS $$
DECLARE
    month text;
    month_start timestamptz;
    month_end timestamptz;
BEGIN
    FOR month IN
        SELECT c.relname::text FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'webhook_inbox'::regclass AND c.relname ~ '^webhook_inbox_\d{4}_\d{2}$'
        ORDER BY 1
    LOOP
        month_start := make_timestamptz(split_part(month, '_', 3)::int, split_part(month, '_', 4)::int, 1, 0, 0, 0, 'UTC');
        month_end := (month_start AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC';
        CONTINUE WHEN month_end > ended_before OR NOT webhook_inbox_is_empty(month_start, month_end);
        BEGIN
            EXECUTE format('DROP TABLE %I', month);
            RETURN NEXT month;
        EXCEPTION WHEN lock_not_available THEN
            NULL;
        END;
    END LOOP;
END
$$;

-- While this role is not yet the owner of the function, the present one can grant.
GRANT EXECUTE ON FUNCTION webhook_inbox_is_empty(timestamptz, timestamptz) TO CURRENT_USER;
REVOKE ALL ON FUNCTION webhook_inbox_is_empty(timestamptz, timestamptz) FROM PUBLIC;
ALTER FUNCTION webhook_inbox_is_empty(timestamptz, timestamptz) OWNER TO echosensei_system;
REVOKE ALL ON FUNCTION prune_webhooks(timestamptz, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION prune_webhooks(timestamptz, int) TO echosensei_app;
ALTER FUNCTION prune_webhooks(timestamptz, int) OWNER TO echosensei_system;
REVOKE ALL ON FUNCTION drop_empty_inbox_months(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION drop_empty_inbox_months(timestamptz) TO echosensei_app;
REVOKE CREATE ON SCHEMA public FROM echosensei_system;
