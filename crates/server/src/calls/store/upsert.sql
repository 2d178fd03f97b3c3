-- Calls ($2: an array of rows) of a connection ($1), new or known. What is told later may be less (an initiation failure, then an
-- empty detail): a text that is known is not replaced by nothing, and our own words for a call that nobody took (NEVER_TAKEN) are
-- more exact than its detail's, whichever came first. A recording that was fetched stays.
INSERT INTO calls AS c (id, organization_id, connection_id, agent_id, conversation_id, status, direction, outcome,
    started_at, duration_seconds, message_count, counterpart, agent_number, source, language, title, summary,
    termination_reason, error, rating, cost_credits, cost_usd_micros, cost_breakdown, evaluation, collected,
    detail_at, recording, recording_error)
SELECT r.id, current_organization(), $1, r.agent_id, r.conversation_id, r.status, r.direction, r.outcome,
    r.started_at, r.duration_seconds, r.message_count, r.counterpart, r.agent_number, r.source, r.language, r.title, r.summary,
    r.termination_reason, r.error, r.rating, r.cost_credits, r.cost_usd_micros,
    nullif(r.cost_breakdown, 'null'::jsonb), r.evaluation, r.collected,
    now(), r.recording, r.recording_error
FROM jsonb_to_recordset($2) AS r (
    id uuid, agent_id uuid, conversation_id text, status text, direction text, outcome text, started_at timestamptz,
    duration_seconds int, message_count int, counterpart text, agent_number text, source text, language text,
    title text, summary text, termination_reason text, error text, rating int, cost_credits bigint,
    cost_usd_micros bigint, cost_breakdown jsonb, evaluation jsonb, collected jsonb, recording text,
    recording_error text)
ON CONFLICT (organization_id, started_at, id) DO UPDATE SET
    status = excluded.status,
    direction = CASE WHEN excluded.direction = 'web' THEN c.direction ELSE excluded.direction END,
    outcome = excluded.outcome,
    duration_seconds = excluded.duration_seconds,
    message_count = excluded.message_count,
    counterpart = coalesce(excluded.counterpart, c.counterpart),
    agent_number = coalesce(excluded.agent_number, c.agent_number),
    source = coalesce(excluded.source, c.source),
    language = coalesce(excluded.language, c.language),
    title = coalesce(excluded.title, c.title),
    summary = coalesce(excluded.summary, c.summary),
    termination_reason = coalesce(CASE WHEN c.status = 'failed' AND excluded.status = 'failed' AND c.termination_reason IN
                                  ('Nobody answered', 'The line was busy', 'The call was declined')
                                  THEN c.termination_reason END,
                                  excluded.termination_reason, c.termination_reason),
    error = coalesce(excluded.error, c.error),
    rating = coalesce(excluded.rating, c.rating),
    cost_credits = coalesce(excluded.cost_credits, c.cost_credits),
    cost_usd_micros = coalesce(excluded.cost_usd_micros, c.cost_usd_micros),
    cost_breakdown = coalesce(excluded.cost_breakdown, c.cost_breakdown),
    evaluation = excluded.evaluation,
    collected = excluded.collected,
    detail_at = excluded.detail_at,
    recording = CASE WHEN c.recording IN ('available', 'partial') THEN c.recording ELSE excluded.recording END,
    recording_error = CASE WHEN c.recording IN ('available', 'partial') OR c.recording = excluded.recording
                           THEN c.recording_error ELSE excluded.recording_error END,
    updated_at = now()
WHERE c.detail_at IS NULL OR (c.status, c.outcome, c.duration_seconds, c.message_count, c.evaluation, c.collected)
    IS DISTINCT FROM (excluded.status, excluded.outcome, excluded.duration_seconds, excluded.message_count,
                      excluded.evaluation, excluded.collected)
    OR (coalesce(excluded.title, c.title), coalesce(excluded.summary, c.summary), coalesce(excluded.cost_usd_micros, c.cost_usd_micros),
        coalesce(excluded.cost_credits, c.cost_credits), coalesce(excluded.cost_breakdown, c.cost_breakdown),
        coalesce(excluded.rating, c.rating), coalesce(excluded.counterpart, c.counterpart), coalesce(excluded.error, c.error),
        coalesce(excluded.language, c.language),
        coalesce(CASE WHEN c.status = 'failed' AND excluded.status = 'failed' AND c.termination_reason IN
                 ('Nobody answered', 'The line was busy', 'The call was declined')
                 THEN c.termination_reason END,
                 excluded.termination_reason, c.termination_reason))
    IS DISTINCT FROM (c.title, c.summary, c.cost_usd_micros, c.cost_credits, c.cost_breakdown, c.rating, c.counterpart,
                      c.error, c.language, c.termination_reason)
    OR (c.recording IN ('unavailable', 'pending') AND excluded.recording <> c.recording)
RETURNING c.id, c.recording
