-- Erasing calls for good: one, or all of one caller.

-- Conversations that must not come back, whatever a sync or a late webhook says: a digest, nothing else. Of the workspace and the
-- conversation, so that it holds as well when the workspace is removed here and connected again.
CREATE TABLE erased_conversations (
    digest bytea PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    erased_at timestamptz NOT NULL DEFAULT now()
);
CALL isolate_by_tenant('erased_conversations');

-- One order to erase, with its certificate once it is carried out.
CREATE TABLE erasures (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    -- counts from 1 within the organization, without gaps
    number bigint NOT NULL,
    kind text NOT NULL CHECK (kind IN ('call', 'phone', 'email')),
    requested_by uuid REFERENCES users (id) ON DELETE SET NULL,
    -- keyed digest of the number, the address or the conversation: shows that it was this one, and does not tell which
    subject_digest text NOT NULL,
    -- the number or the address itself while calls of it are still looked for; gone at the end
    subject_sealed bytea,
    state text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'done')),
    -- why it waits
    trouble text,
    -- sums over what was removed, ErasedCounts of crates/shared
    counts jsonb NOT NULL DEFAULT '{}',
    certificate jsonb,
    requested_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    UNIQUE (organization_id, id),
    UNIQUE (organization_id, number)
);
CALL isolate_by_tenant('erasures');

-- Its calls. What is done keeps the digest only.
CREATE TABLE erasure_calls (
    organization_id uuid NOT NULL,
    erasure_id uuid NOT NULL,
    call_id uuid NOT NULL,
    started_at timestamptz NOT NULL,
    connection_id uuid NOT NULL,
    conversation_id text,
    digest bytea NOT NULL,
    -- what the provider said: 'deleted', 'gone' (it had none) or 'disconnected' (the workspace was removed here)
    provider text CHECK (provider IN ('deleted', 'gone', 'disconnected')),
    done_at timestamptz,
    PRIMARY KEY (organization_id, erasure_id, call_id),
    FOREIGN KEY (organization_id, erasure_id) REFERENCES erasures (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX erasure_calls_open ON erasure_calls (organization_id, erasure_id) WHERE done_at IS NULL;
CALL isolate_by_tenant('erasure_calls');

-- All calls with one number.
CREATE INDEX calls_counterpart ON calls (organization_id, counterpart, started_at DESC) WHERE counterpart IS NOT NULL;

GRANT SELECT, INSERT ON erased_conversations TO echosensei_app;
GRANT SELECT, INSERT, UPDATE ON erasures, erasure_calls TO echosensei_app;
GRANT SELECT, INSERT ON erased_conversations TO echosensei_system;
GRANT DELETE ON calls, call_turns, call_keys, webhook_inbox, live_events TO echosensei_system;
GRANT CREATE ON SCHEMA public TO echosensei_system;

CREATE FUNCTION conversation_digest(of_connection uuid, conversation text) RETURNS bytea
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT sha256(convert_to(c.base_url || ' ' || c.provider_user_id || ' ' || conversation, 'UTF8'))
          FROM connections c WHERE c.id = of_connection $$;

-- Which of these conversations were erased.
CREATE FUNCTION erased_among(of_connection uuid, wanted text[]) RETURNS SETOF text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT w FROM unnest(wanted) w
          WHERE EXISTS (SELECT FROM erased_conversations e WHERE e.digest = conversation_digest(of_connection, w)) $$;

-- Whoever stores a call begins with its key: none is made or held for one that was erased.
CREATE FUNCTION refuse_erased() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM erased_conversations e
               WHERE e.digest = conversation_digest(NEW.connection_id, NEW.conversation_id)) THEN
        RETURN NULL;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER call_keys_erased BEFORE INSERT ON call_keys FOR EACH ROW EXECUTE FUNCTION refuse_erased();

-- Calls of one caller: by number, or by mail address. The address is looked for among the data that an agent collected and in the words of
-- the call. Operators of full text are not leakproof, hence a function that filters by the tenant itself; who sees only his agents finds
-- only theirs.
CREATE FUNCTION calls_of_caller(phone text, address text)
    RETURNS TABLE (call_id uuid, started_at timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF current_organization() IS NULL THEN
        RETURN;
    END IF;
    IF phone IS NOT NULL THEN
        RETURN QUERY SELECT c.id, c.started_at FROM calls c
            WHERE c.organization_id = current_organization() AND c.counterpart = phone
              AND (current_agents() IS NULL OR c.agent_id = ANY (current_agents()));
    ELSE
        RETURN QUERY EXECUTE format(
            'SELECT c.id, c.started_at FROM calls c WHERE c.organization_id = %1$L AND c.words @@ phraseto_tsquery(''simple'', %2$L) '
            'AND (%3$L::uuid[] IS NULL OR c.agent_id = ANY (%3$L::uuid[])) '
            'UNION '
            'SELECT c.id, c.started_at FROM calls c WHERE c.organization_id = %1$L AND c.collected <> ''[]'' '
            'AND EXISTS (SELECT FROM jsonb_array_elements(c.collected) e '
            'WHERE to_tsvector(''simple'', coalesce(e->>''value'', '''')) @@ phraseto_tsquery(''simple'', %2$L)) '
            'AND (%3$L::uuid[] IS NULL OR c.agent_id = ANY (%3$L::uuid[]))',
            current_organization(), lower(address), current_agents());
    END IF;
END
$$;

-- Deliveries that hold a conversation: none comes long before its call, or, dealt with, long after it.
CREATE FUNCTION erase_deliveries(of_connection uuid, conversation text, began timestamptz, seconds int) RETURNS bigint
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
REVOKE ALL ON FUNCTION erase_deliveries(uuid, text, timestamptz, int) FROM PUBLIC;

-- Erases calls of the current organization with everything that hangs on them; their sound must be gone from storage before. What they
-- added to sums stays there: figures of the past, and minutes that were used, do not change because a call is erased.
CREATE FUNCTION erase_calls(wanted uuid[])
    RETURNS TABLE (calls bigint, turns bigint, recordings bigint, recording_bytes bigint, notes bigint, deliveries bigint, events bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    key record;
    ids uuid[];
BEGIN
    -- In the order in which whoever stores calls takes them.
    PERFORM 1 FROM call_keys k WHERE k.call_id = ANY (wanted) AND k.organization_id = current_organization()
    ORDER BY k.connection_id, k.conversation_id FOR UPDATE;
    ids := ARRAY(SELECT k.call_id FROM call_keys k WHERE k.call_id = ANY (wanted) AND k.organization_id = current_organization());
    INSERT INTO erased_conversations (digest, organization_id)
    SELECT conversation_digest(k.connection_id, k.conversation_id), k.organization_id FROM call_keys k WHERE k.call_id = ANY (ids)
    ON CONFLICT DO NOTHING;
    SELECT count(*), coalesce(sum(r.bytes), 0) INTO recordings, recording_bytes FROM call_keys k
    JOIN recordings r ON r.organization_id = k.organization_id AND r.started_at = k.started_at AND r.call_id = k.call_id
    WHERE k.call_id = ANY (ids);
    SELECT count(*) INTO notes FROM call_keys k
    JOIN call_notes n ON n.organization_id = k.organization_id AND n.started_at = k.started_at AND n.call_id = k.call_id
    WHERE k.call_id = ANY (ids);
    deliveries := 0;
    FOR key IN SELECT k.connection_id, k.conversation_id, k.started_at, c.duration_seconds FROM call_keys k
               JOIN calls c ON c.organization_id = k.organization_id AND c.started_at = k.started_at AND c.id = k.call_id
               WHERE k.call_id = ANY (ids) LOOP
        deliveries := deliveries + erase_deliveries(key.connection_id, key.conversation_id, key.started_at, key.duration_seconds);
    END LOOP;
    DELETE FROM live_events e WHERE e.organization_id = current_organization()
        AND (e.payload->>'call_id' = ANY (ids::text[]) OR e.payload->'call'->>'id' = ANY (ids::text[]));
    GET DIAGNOSTICS events = ROW_COUNT;
    DELETE FROM call_turns t USING call_keys k
    WHERE k.call_id = ANY (ids) AND t.organization_id = k.organization_id AND t.call_id = k.call_id AND t.started_at = k.started_at;
    GET DIAGNOSTICS turns = ROW_COUNT;
    WITH gone AS (
        DELETE FROM calls c USING call_keys k
        WHERE k.call_id = ANY (ids) AND c.organization_id = k.organization_id AND c.started_at = k.started_at AND c.id = k.call_id
        RETURNING c.*
    ), kept AS (
        -- Takes back what the trigger of `calls` takes off the sums.
        INSERT INTO call_sum_changes (organization_id, agent_id, bucket, calls, seconds, successful, unsuccessful, failed, cost_usd_micros)
        SELECT organization_id, agent_id, call_bucket(started_at), count(*), sum(duration_seconds),
               count(*) FILTER (WHERE outcome = 'success'), count(*) FILTER (WHERE outcome = 'failure'),
               count(*) FILTER (WHERE status = 'failed'), coalesce(sum(cost_usd_micros), 0)
        FROM gone GROUP BY 1, 2, 3)
    SELECT count(*) INTO calls FROM gone;
    DELETE FROM call_keys k WHERE k.call_id = ANY (ids);
    RETURN NEXT;
END
$$;

GRANT SELECT ON call_keys TO echosensei_system;
DO $$
DECLARE
    f text;
BEGIN
    FOREACH f IN ARRAY ARRAY['conversation_digest(uuid, text)', 'erased_among(uuid, text[])', 'refuse_erased()',
                             'calls_of_caller(text, text)', 'erase_calls(uuid[])'] LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO echosensei_system', f);
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO echosensei_app', f);
    END LOOP;
END
$$;
ALTER FUNCTION erase_deliveries(uuid, text, timestamptz, int) OWNER TO echosensei_system;
REVOKE CREATE ON SCHEMA public FROM echosensei_system;
