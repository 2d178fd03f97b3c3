-- How long an organization keeps what it has of calls.
CREATE TABLE retention_rules (
    organization_id uuid PRIMARY KEY REFERENCES organizations (id) ON DELETE CASCADE,
    -- days after a call began; NULL: for ever, as far as those above do not say otherwise
    recording_days int CHECK (recording_days BETWEEN 1 AND 3650),
    transcript_days int CHECK (transcript_days BETWEEN 1 AND 3650),
    call_days int CHECK (call_days BETWEEN 1 AND 3650),
    -- whole calls are deleted at the provider too
    at_provider boolean NOT NULL DEFAULT false,
    -- no organization below keeps anything longer
    binds_below boolean NOT NULL DEFAULT false,
    updated_by uuid REFERENCES users (id) ON DELETE SET NULL,
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL isolate_by_tenant('retention_rules');

-- Each day's work.
CREATE TABLE retention_runs (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    -- RetentionCounts of crates/shared
    removed jsonb NOT NULL DEFAULT '{}',
    trouble text,
    started_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz
);
CREATE INDEX retention_runs_newest ON retention_runs (organization_id, started_at DESC);
CALL isolate_by_tenant('retention_runs');

-- What of a call that is still there was removed: it is neither fetched nor stored again.
CREATE TABLE call_redactions (
    organization_id uuid NOT NULL,
    started_at timestamptz NOT NULL,
    call_id uuid NOT NULL,
    recording_at timestamptz,
    transcript_at timestamptz,
    PRIMARY KEY (organization_id, started_at, call_id),
    FOREIGN KEY (organization_id, started_at, call_id) REFERENCES calls (organization_id, started_at, id)
        ON UPDATE CASCADE ON DELETE CASCADE
);
CALL isolate_by_tenant('call_redactions');

GRANT SELECT, INSERT, UPDATE ON retention_rules, retention_runs, call_redactions TO echosensei_app;
GRANT SELECT, INSERT, UPDATE ON call_redactions TO echosensei_system;
GRANT SELECT ON retention_rules TO echosensei_system;
GRANT UPDATE ON calls TO echosensei_system;
GRANT CREATE ON SCHEMA public TO echosensei_system;

-- What holds for an organization: the shortest of its own and of those above that bind it.
CREATE FUNCTION effective_retention(of_organization uuid)
    RETURNS TABLE (recording_days int, transcript_days int, call_days int, at_provider boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT min(r.recording_days), min(r.transcript_days), min(r.call_days), coalesce(bool_or(r.at_provider), false)
          FROM organization_closure c JOIN retention_rules r ON r.organization_id = c.ancestor_id
          WHERE c.descendant_id = of_organization AND (c.depth = 0 OR r.binds_below) $$;

-- What those above bind the current organization to; NULL: nothing.
CREATE FUNCTION retention_from_above()
    RETURNS TABLE (recording_days int, transcript_days int, call_days int, at_provider boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT min(r.recording_days), min(r.transcript_days), min(r.call_days), coalesce(bool_or(r.at_provider), false)
          FROM organization_closure c JOIN retention_rules r ON r.organization_id = c.ancestor_id
          WHERE c.descendant_id = current_organization() AND c.depth > 0 AND r.binds_below $$;

-- Organizations for which any rule holds.
CREATE FUNCTION organizations_with_retention() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT DISTINCT c.descendant_id FROM retention_rules r
          JOIN organization_closure c ON c.ancestor_id = r.organization_id
          WHERE (c.depth = 0 OR r.binds_below)
            AND (r.recording_days IS NOT NULL OR r.transcript_days IS NOT NULL OR r.call_days IS NOT NULL) $$;

-- What a rule would remove now: of the current organization, or of those below it too.
CREATE FUNCTION preview_retention(recordings_before timestamptz, transcripts_before timestamptz, calls_before timestamptz, below boolean)
    RETURNS TABLE (recordings bigint, recording_bytes bigint, transcripts bigint, calls bigint, organizations bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT coalesce(sum(sounds.n), 0)::bigint, coalesce(sum(sounds.bytes), 0)::bigint, coalesce(sum(texts.n), 0)::bigint,
                 coalesce(sum(whole.n), 0)::bigint, count(*)
          FROM organization_closure o
          CROSS JOIN LATERAL (
              SELECT count(*) AS n, sum(r.bytes) AS bytes FROM recordings r
              WHERE r.organization_id = o.descendant_id AND r.started_at < greatest(recordings_before, calls_before)) sounds
          CROSS JOIN LATERAL (
              SELECT count(*) AS n FROM calls c
              WHERE c.organization_id = o.descendant_id AND c.started_at < transcripts_before
                AND NOT EXISTS (SELECT FROM call_redactions x WHERE x.organization_id = c.organization_id
                                AND x.started_at = c.started_at AND x.call_id = c.id AND x.transcript_at IS NOT NULL)) texts
          CROSS JOIN LATERAL (
              SELECT count(*) AS n FROM calls c WHERE c.organization_id = o.descendant_id AND c.started_at < calls_before) whole
          WHERE o.ancestor_id = current_organization() AND (o.depth = 0 OR below) $$;

-- Removes what was said, and what was made of it, from at most so many calls before that moment; the calls stay, with time, length, number
-- and cost. How many it were.
CREATE FUNCTION redact_transcripts(before timestamptz, at_most int) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    key record;
    ids uuid[] := '{}';
BEGIN
    FOR key IN SELECT c.id, c.started_at, c.connection_id, c.conversation_id, c.duration_seconds FROM calls c
               WHERE c.organization_id = current_organization() AND c.started_at < before
                 AND (c.status IN ('done', 'failed') OR c.started_at < now() - interval '2 days')
                 AND NOT EXISTS (SELECT FROM call_redactions x WHERE x.organization_id = c.organization_id
                                 AND x.started_at = c.started_at AND x.call_id = c.id AND x.transcript_at IS NOT NULL)
               ORDER BY c.started_at LIMIT at_most LOOP
        ids := ids || key.id;
        PERFORM erase_deliveries(key.connection_id, key.conversation_id, key.started_at, key.duration_seconds);
    END LOOP;
    DELETE FROM call_turns t USING calls c
    WHERE c.id = ANY (ids) AND c.organization_id = current_organization() AND c.started_at < before
      AND t.organization_id = c.organization_id AND t.call_id = c.id AND t.started_at = c.started_at;
    INSERT INTO call_redactions AS x (organization_id, started_at, call_id, transcript_at)
    SELECT c.organization_id, c.started_at, c.id, now() FROM calls c
    WHERE c.id = ANY (ids) AND c.organization_id = current_organization() AND c.started_at < before
    ON CONFLICT (organization_id, started_at, call_id) DO UPDATE SET transcript_at = excluded.transcript_at;
    UPDATE calls c SET title = NULL, summary = NULL, words = '', evaluation = '[]', collected = '[]', updated_at = now()
    WHERE c.id = ANY (ids) AND c.organization_id = current_organization() AND c.started_at < before;
    RETURN cardinality(ids);
END
$$;

-- A sound that a rule removed is neither fetched again nor said to be on its way.
CREATE FUNCTION keep_recording_removed() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM call_redactions x WHERE x.organization_id = NEW.organization_id AND x.started_at = NEW.started_at
               AND x.call_id = NEW.id AND x.recording_at IS NOT NULL) THEN
        NEW.recording := OLD.recording;
        NEW.recording_error := OLD.recording_error;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER calls_recording_removed BEFORE UPDATE OF recording ON calls FOR EACH ROW
    WHEN (OLD.recording = 'unavailable' AND NEW.recording <> 'unavailable') EXECUTE FUNCTION keep_recording_removed();

DO $$
DECLARE
    f text;
BEGIN
    FOREACH f IN ARRAY ARRAY['effective_retention(uuid)', 'retention_from_above()', 'organizations_with_retention()',
                             'preview_retention(timestamptz, timestamptz, timestamptz, boolean)', 'redact_transcripts(timestamptz, int)',
                             'keep_recording_removed()'] LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO echosensei_system', f);
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO echosensei_app', f);
    END LOOP;
END
$$;
REVOKE CREATE ON SCHEMA public FROM echosensei_system;
