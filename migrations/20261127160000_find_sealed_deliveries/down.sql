CREATE OR REPLACE FUNCTION erase_deliveries(of_connection uuid, conversation text, began timestamptz, seconds int) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    erased bigint;
BEGIN
    DELETE FROM webhook_inbox i
    WHERE i.connection_id = of_connection AND i.received_at >= began - interval '1 day'
      AND (i.received_at <= began + make_interval(secs => seconds) + interval '7 days' OR i.state IN ('new', 'failed'))
      AND position(convert_to(conversation, 'UTF8') IN i.body) > 0;
    GET DIAGNOSTICS erased = ROW_COUNT;
    RETURN erased;
END
$$;
ALTER TABLE webhook_inbox DROP COLUMN about;
