-- A sealed delivery does not show which conversation it is about, yet whoever erases a call must find it. Its digest is noted when the
-- delivery is opened; it says nothing to who does not know the conversation.
ALTER TABLE webhook_inbox ADD COLUMN about bytea CHECK (length(about) = 32);
CREATE INDEX webhook_inbox_about ON webhook_inbox (connection_id, about) WHERE about IS NOT NULL;

CREATE OR REPLACE FUNCTION erase_deliveries(of_connection uuid, conversation text, began timestamptz, seconds int) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    erased bigint;
BEGIN
    -- What is not opened yet is met by the tombstone when it is. What could not be read has no digest; it goes with its time.
    DELETE FROM webhook_inbox i
    WHERE i.connection_id = of_connection AND i.received_at >= began - interval '1 day'
      AND (i.about = conversation_digest(of_connection, conversation)
           OR (NOT i.sealed AND position(convert_to(conversation, 'UTF8') IN i.body) > 0));
    GET DIAGNOSTICS erased = ROW_COUNT;
    RETURN erased;
END
$$;
