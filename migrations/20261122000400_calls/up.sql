CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- "One call, once": a unique key of a partitioned table would have to contain the month, so the promise lives here.
CREATE TABLE call_keys (
    connection_id uuid NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    conversation_id text NOT NULL,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    call_id uuid NOT NULL UNIQUE,
    started_at timestamptz NOT NULL,
    PRIMARY KEY (connection_id, conversation_id)
);
CALL isolate_by_tenant('call_keys');

CREATE TABLE calls (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    connection_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    conversation_id text NOT NULL,
    status text NOT NULL CHECK (status IN ('initiated', 'in-progress', 'processing', 'done', 'failed')),
    direction text NOT NULL DEFAULT 'web' CHECK (direction IN ('inbound', 'outbound', 'web')),
    outcome text NOT NULL DEFAULT 'unknown' CHECK (outcome IN ('success', 'failure', 'unknown')),
    started_at timestamptz NOT NULL,
    duration_seconds int NOT NULL DEFAULT 0,
    message_count int NOT NULL DEFAULT 0,
    counterpart text,
    agent_number text,
    source text,
    language text,
    title text,
    summary text,
    termination_reason text,
    error text,
    rating int,
    cost_credits bigint,
    cost_usd_micros bigint,
    -- parts of the cost, CostBreakdown of crates/shared
    cost_breakdown jsonb,
    evaluation jsonb NOT NULL DEFAULT '[]',
    collected jsonb NOT NULL DEFAULT '[]',
    -- 'presence' or 'transcript' while it runs
    live_grade text NOT NULL DEFAULT 'presence' CHECK (live_grade IN ('presence', 'transcript')),
    -- the provider's detail was stored at this moment; NULL: known from a list or a poll only
    detail_at timestamptz,
    recording text NOT NULL DEFAULT 'pending' CHECK (recording IN ('pending', 'available', 'unavailable', 'failed')),
    recording_key text,
    recording_bytes bigint,
    recording_type text,
    recording_error text,
    recording_peaks real[] NOT NULL DEFAULT '{}',
    -- title, summary and every turn
    words tsvector NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, started_at, id),
    FOREIGN KEY (organization_id, agent_id) REFERENCES agents (organization_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organization_id, connection_id) REFERENCES connections (organization_id, id) ON DELETE CASCADE
) PARTITION BY RANGE (started_at);
CALL isolate_by_tenant('calls');
-- The log is read newest first, with one or two equalities before the time.
CREATE INDEX calls_agent ON calls (organization_id, agent_id, started_at DESC, id DESC);
CREATE INDEX calls_status ON calls (organization_id, status, started_at DESC, id DESC);
CREATE INDEX calls_outcome ON calls (organization_id, outcome, started_at DESC, id DESC);
CREATE INDEX calls_running ON calls (organization_id, started_at) WHERE status IN ('initiated', 'in-progress');
CREATE INDEX calls_words ON calls USING gin (words);
CREATE INDEX calls_id ON calls (id);

CREATE TABLE call_turns (
    organization_id uuid NOT NULL,
    call_id uuid NOT NULL,
    -- of the call, so that its turns lie in one partition
    started_at timestamptz NOT NULL,
    position int NOT NULL,
    speaker text NOT NULL CHECK (speaker IN ('caller', 'agent')),
    message text,
    at_seconds double precision NOT NULL DEFAULT 0,
    interrupted boolean NOT NULL DEFAULT false,
    -- list of ToolUse of crates/shared
    tools jsonb NOT NULL DEFAULT '[]',
    PRIMARY KEY (organization_id, call_id, started_at, position)
) PARTITION BY RANGE (started_at);
CALL isolate_by_tenant('call_turns');

GRANT SELECT, INSERT, UPDATE, DELETE ON call_keys, calls, call_turns TO echosensei_app;
GRANT SELECT ON calls, call_keys TO echosensei_system;

-- Full-text operators are not leakproof, so under a row policy PostgreSQL may not use their index. This function is
-- owned by a role that sees all rows, filters by the tenant setting itself and puts the words in as a literal, so that
-- each search gets its own plan: frequent words walk the time index and stop early, rare ones use the GIN index.
CREATE FUNCTION search_calls(
    words_wanted text, number_wanted text, only_agent uuid, only_status text, only_direction text, only_outcome text,
    from_time timestamptz, to_time timestamptz, before_time timestamptz, before_id uuid, at_most int)
    RETURNS TABLE (id uuid, started_at timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    tenant uuid := current_organization();
    condition text := '';
BEGIN
    IF tenant IS NULL THEN
        RETURN;
    END IF;
    IF words_wanted IS NOT NULL AND number_wanted IS NOT NULL THEN
        condition := format(' AND (c.words @@ websearch_to_tsquery(''simple'', %L) OR c.counterpart LIKE %L)',
                            words_wanted, '%' || number_wanted || '%');
    ELSIF words_wanted IS NOT NULL THEN
        condition := format(' AND c.words @@ websearch_to_tsquery(''simple'', %L)', words_wanted);
    ELSIF number_wanted IS NOT NULL THEN
        condition := format(' AND c.counterpart LIKE %L', '%' || number_wanted || '%');
    END IF;
    IF only_agent IS NOT NULL THEN condition := condition || format(' AND c.agent_id = %L', only_agent); END IF;
    IF only_status IS NOT NULL THEN condition := condition || format(' AND c.status = %L', only_status); END IF;
    IF only_direction IS NOT NULL THEN condition := condition || format(' AND c.direction = %L', only_direction); END IF;
    IF only_outcome IS NOT NULL THEN condition := condition || format(' AND c.outcome = %L', only_outcome); END IF;
    IF from_time IS NOT NULL THEN condition := condition || format(' AND c.started_at >= %L', from_time); END IF;
    IF to_time IS NOT NULL THEN condition := condition || format(' AND c.started_at < %L', to_time); END IF;
    IF before_time IS NOT NULL THEN
        condition := condition || format(' AND (c.started_at, c.id) < (%L::timestamptz, %L::uuid)', before_time, before_id);
    END IF;
    RETURN QUERY EXECUTE format(
        'SELECT c.id, c.started_at FROM calls c WHERE c.organization_id = %L %s ORDER BY c.started_at DESC, c.id DESC LIMIT %s',
        tenant, condition, at_most);
END
$$;
ALTER FUNCTION search_calls(text, text, uuid, text, text, text, timestamptz, timestamptz, timestamptz, uuid, int) OWNER TO echosensei_system;
REVOKE ALL ON FUNCTION search_calls(text, text, uuid, text, text, text, timestamptz, timestamptz, timestamptz, uuid, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION search_calls(text, text, uuid, text, text, text, timestamptz, timestamptz, timestamptz, uuid, int) TO echosensei_app;
