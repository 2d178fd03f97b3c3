-- Two transactions that wanted the same new month: the second waited for the first, but what it had looked up before said
-- that there was none. It looks again, and gives way where the month stands by then.
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
    BEGIN
        EXECUTE format('CREATE TABLE %I PARTITION OF %s FOR VALUES FROM (%L) TO (%L)', partition, parent, month_start, month_end);
    EXCEPTION WHEN duplicate_table OR unique_violation THEN
        RETURN;
    END;
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', partition);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', partition);
END
$$;

-- What became of every conversation that the provider has or had, one state per artefact:
--   waiting         it should come
--   done            it is here
--   none            there is none, and none will come
--   failed          given up; somebody may try again
--   not_applicable  nothing of the kind is done yet
-- Kept by triggers on `calls`, in the transaction that writes the artefact; what is only in the provider's list is added by
-- whoever reads the list. Attempts and next tries of what is under way stand in the queue (`jobs`).
CREATE TABLE call_ledger (
    connection_id uuid NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    conversation_id text NOT NULL,
    -- of the call; while there is none, the connection's owner
    organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    -- NULL: the provider lists it, there is no call here
    call_id uuid,
    started_at timestamptz NOT NULL,
    -- the provider has closed it
    is_over boolean NOT NULL,
    -- when the provider's list named it last; NULL: not yet, or no longer
    listed_at timestamptz,
    announced text NOT NULL DEFAULT 'waiting',
    detail text NOT NULL DEFAULT 'waiting',
    transcript text NOT NULL DEFAULT 'waiting',
    audio text NOT NULL DEFAULT 'waiting',
    summary text NOT NULL DEFAULT 'waiting',
    billed text NOT NULL DEFAULT 'not_applicable',
    -- why an artefact is not there, by its name
    reasons jsonb NOT NULL DEFAULT '{}',
    -- how often the look for gaps queued it anew, and when it may do so again
    heal_tries int NOT NULL DEFAULT 0,
    heal_at timestamptz,
    updated_at timestamptz NOT NULL DEFAULT now(),
    is_gap boolean NOT NULL GENERATED ALWAYS AS (
        is_over AND (announced IN ('waiting', 'failed') OR detail IN ('waiting', 'failed')
        OR transcript IN ('waiting', 'failed') OR audio IN ('waiting', 'failed') OR summary IN ('waiting', 'failed')
        OR billed IN ('waiting', 'failed'))) STORED,
    PRIMARY KEY (connection_id, conversation_id),
    CHECK (announced IN ('waiting', 'done', 'none', 'failed', 'not_applicable')
       AND detail IN ('waiting', 'done', 'none', 'failed', 'not_applicable')
       AND transcript IN ('waiting', 'done', 'none', 'failed', 'not_applicable')
       AND audio IN ('waiting', 'done', 'none', 'failed', 'not_applicable')
       AND summary IN ('waiting', 'done', 'none', 'failed', 'not_applicable')
       AND billed IN ('waiting', 'done', 'none', 'failed', 'not_applicable'))
);
CREATE INDEX call_ledger_gaps ON call_ledger (connection_id, started_at DESC) WHERE is_gap;
CREATE INDEX call_ledger_open ON call_ledger (connection_id, started_at) WHERE NOT is_over;
CREATE INDEX call_ledger_call ON call_ledger (call_id);
CALL isolate_by_tenant('call_ledger');

-- How far a connection's list was compared with what is here, and how its webhook is at the provider.
CREATE TABLE connection_checks (
    connection_id uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    -- conversations in the provider's list
    listed bigint NOT NULL DEFAULT 0,
    -- what began before this moment was compared
    checked_at timestamptz,
    -- the walk through the whole list: when it began, where it is, when the last one that came to its end began
    walk_began_at timestamptz,
    walk_cursor text,
    walked_at timestamptz,
    -- when one was begun or went on, and why the last one could not be ended
    walk_tried_at timestamptz,
    walk_trouble text,
    -- why the last look could not be ended
    trouble text,
    webhook text NOT NULL DEFAULT 'unknown'
        CHECK (webhook IN ('unknown', 'working', 'failing', 'disabled', 'auto_disabled', 'missing', 'replaced')),
    webhook_checked_at timestamptz,
    webhook_failed_at timestamptz,
    -- the HTTP status that the provider got from us; 0: no answer
    webhook_error_code int,
    -- the trouble about which managers have mail already
    webhook_told text,
    FOREIGN KEY (organization_id, connection_id) REFERENCES connections (organization_id, id) ON DELETE CASCADE
);
CALL isolate_by_tenant('connection_checks');

-- Fields and values that the provider sends and this version does not know: counted, never a failure.
CREATE TABLE provider_novelties (
    connection_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    -- such as `metadata.phone_call.carrier`
    path text NOT NULL,
    -- of an enumeration; empty: the field itself is new
    value text NOT NULL,
    seen bigint NOT NULL,
    first_seen_at timestamptz NOT NULL DEFAULT now(),
    last_seen_at timestamptz NOT NULL DEFAULT now(),
    -- the conversation that brought it last
    example text NOT NULL,
    PRIMARY KEY (connection_id, path, value),
    FOREIGN KEY (organization_id, connection_id) REFERENCES connections (organization_id, id) ON DELETE CASCADE
);
CALL isolate_by_tenant('provider_novelties');

GRANT SELECT ON call_ledger TO echosensei_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON connection_checks, provider_novelties TO echosensei_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON call_ledger, connection_checks TO echosensei_system;
GRANT SELECT ON agents, memberships, users TO echosensei_system;
GRANT CREATE ON SCHEMA public TO echosensei_system;

-- Whether a conversation was erased here on purpose, so that it must not come back. Erasing has a table of its own, which may come later.
CREATE FUNCTION is_erased(of_connection uuid, conversation text) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    found boolean := false;
BEGIN
    IF to_regclass('erased_conversations') IS NOT NULL THEN
        EXECUTE 'SELECT EXISTS (SELECT FROM erased_conversations e WHERE e.digest = conversation_digest($1, $2))'
            INTO found USING of_connection, conversation;
    END IF;
    RETURN found;
END
$$;

-- Follows the calls: their states, their moves to another organization, their end.
CREATE FUNCTION note_call_ledger() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        -- A call that goes although the provider has it is a gap again, unless it was erased on purpose.
        DELETE FROM call_ledger l USING old_rows o
        WHERE l.connection_id = o.connection_id AND l.conversation_id = o.conversation_id
          AND (l.listed_at IS NULL OR is_erased(l.connection_id, l.conversation_id) OR EXISTS (SELECT FROM connections c WHERE c.id = l.connection_id AND c.removing_at IS NOT NULL));
        UPDATE call_ledger l SET call_id = NULL, announced = 'waiting', detail = 'waiting', transcript = 'waiting', audio = 'waiting',
               summary = 'waiting', is_over = true, reasons = '{}', heal_tries = 0, heal_at = now(), updated_at = now()
        FROM old_rows o WHERE l.connection_id = o.connection_id AND l.conversation_id = o.conversation_id AND l.call_id = o.id;
        RETURN NULL;
    END IF;
    INSERT INTO call_ledger AS l (connection_id, conversation_id, organization_id, call_id, started_at, is_over,
                                  announced, detail, transcript, audio, summary, reasons)
    SELECT n.connection_id, n.conversation_id, n.organization_id, n.id, n.started_at, x.is_over, 'done',
           CASE WHEN x.is_read THEN 'done' ELSE 'waiting' END,
           CASE WHEN NOT x.is_read THEN 'waiting' WHEN n.message_count > 0 THEN 'done' ELSE 'none' END,
           CASE n.recording WHEN 'available' THEN 'done' WHEN 'partial' THEN 'done' WHEN 'unavailable' THEN 'none' WHEN 'pending' THEN 'waiting' ELSE 'failed' END,
           CASE WHEN NOT x.is_read THEN 'waiting' WHEN n.summary IS NOT NULL THEN 'done' ELSE 'none' END,
           CASE WHEN n.recording IN ('available', 'pending') OR n.recording_error IS NULL THEN '{}'::jsonb
                ELSE jsonb_build_object('audio', n.recording_error) END
    FROM new_rows n
    CROSS JOIN LATERAL (SELECT n.status IN ('done', 'failed') AS is_over,
                               n.detail_at IS NOT NULL AND n.status IN ('done', 'failed') AS is_read) x
    ORDER BY n.connection_id, n.conversation_id
    ON CONFLICT (connection_id, conversation_id) DO UPDATE SET
        organization_id = excluded.organization_id,
        call_id = excluded.call_id,
        started_at = excluded.started_at,
        is_over = excluded.is_over,
        announced = 'done',
        -- What was found not to exist stays so until it comes after all.
        detail = CASE WHEN excluded.detail = 'waiting' AND l.detail = 'none' THEN l.detail ELSE excluded.detail END,
        transcript = CASE WHEN excluded.detail = 'waiting' AND l.detail = 'none' THEN l.transcript ELSE excluded.transcript END,
        audio = excluded.audio,
        summary = CASE WHEN excluded.detail = 'waiting' AND l.detail = 'none' THEN l.summary ELSE excluded.summary END,
        reasons = CASE WHEN excluded.detail = 'done' THEN excluded.reasons ELSE (l.reasons - 'audio') || excluded.reasons END,
        updated_at = now()
    WHERE (l.organization_id, l.call_id, l.started_at, l.is_over, l.announced, l.detail, l.transcript, l.audio, l.summary)
        IS DISTINCT FROM (excluded.organization_id, excluded.call_id, excluded.started_at, excluded.is_over, 'done',
                          excluded.detail, excluded.transcript, excluded.audio, excluded.summary)
       OR (l.reasons -> 'audio') IS DISTINCT FROM (excluded.reasons -> 'audio');
    RETURN NULL;
END
$$;

-- Enters a page of the provider's list. With `is_walk` every row is marked as seen by it. Tells which are new in the list, and
-- which were erased here on purpose.
CREATE FUNCTION note_listed(of_connection uuid, of_organization uuid, ids text[], starts timestamptz[], overs boolean[],
                            at_time timestamptz, is_walk boolean)
    RETURNS TABLE (conversation_id text, is_new boolean, is_removed boolean)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH page AS (
        SELECT DISTINCT ON (p.id) p.*, is_erased(of_connection, p.id) AS erased FROM unnest(ids, starts, overs) AS p (id, started_at, is_over)
    ), before AS (
        SELECT l.conversation_id, l.listed_at FROM call_ledger l JOIN page p ON p.id = l.conversation_id
        WHERE l.connection_id = of_connection
    ), entered AS (
        INSERT INTO call_ledger AS l (connection_id, conversation_id, organization_id, started_at, is_over, listed_at)
        SELECT of_connection, p.id, of_organization, p.started_at, p.is_over, at_time FROM page p
        WHERE NOT p.erased AND EXISTS (SELECT FROM connections c WHERE c.id = of_connection AND c.removing_at IS NULL)
        ORDER BY p.id
        ON CONFLICT (connection_id, conversation_id) DO UPDATE SET
            listed_at = at_time, is_over = CASE WHEN l.call_id IS NULL THEN excluded.is_over ELSE l.is_over END
        WHERE is_walk OR l.listed_at IS NULL OR (l.call_id IS NULL AND l.is_over <> excluded.is_over)
        RETURNING l.conversation_id
    )
    SELECT p.id, b.listed_at IS NULL AND NOT p.erased, p.erased
    FROM page p LEFT JOIN before b ON b.conversation_id = p.id LEFT JOIN entered e ON e.conversation_id = p.id;
END
$$;

-- What a walk that began at that moment has not met the provider has no longer; how many conversations it lists.
CREATE FUNCTION end_walk(of_connection uuid, began_at timestamptz) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    counted bigint;
BEGIN
    DELETE FROM call_ledger l WHERE l.connection_id = of_connection AND l.listed_at < began_at AND l.call_id IS NULL;
    UPDATE call_ledger l SET listed_at = NULL WHERE l.connection_id = of_connection AND l.listed_at < began_at;
    SELECT count(*) INTO counted FROM call_ledger l
    WHERE l.connection_id = of_connection AND l.listed_at IS NOT NULL;
    RETURN counted;
END
$$;

CREATE FUNCTION count_listed(of_connection uuid) RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT count(*) FROM call_ledger l WHERE l.connection_id = of_connection AND l.listed_at IS NOT NULL $$;

-- Gaps that nobody works on, each asked for again after a wait that doubles up to a day. What changed a moment ago is left to
-- the jobs that go on.
CREATE FUNCTION gaps_to_heal(of_connection uuid, settled interval, at_most int)
    RETURNS TABLE (conversation_id text, organization_id uuid, call_id uuid, wants_detail boolean, wants_audio boolean)
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ WITH due AS MATERIALIZED (
              SELECT l.conversation_id FROM call_ledger l
              WHERE l.connection_id = of_connection AND l.is_gap AND (l.detail = 'waiting' OR l.audio = 'waiting')
                AND coalesce(l.heal_at, l.updated_at + settled) <= now()
              ORDER BY l.started_at DESC LIMIT at_most
              -- whoever stores the call holds its row: it is no gap in a moment
              FOR UPDATE SKIP LOCKED)
          UPDATE call_ledger l SET heal_tries = l.heal_tries + 1,
                 heal_at = now() + least(interval '2 minutes' * power(2, least(l.heal_tries, 12)), interval '1 day')
          FROM due WHERE l.connection_id = of_connection AND l.conversation_id = due.conversation_id
          RETURNING l.conversation_id, l.organization_id, l.call_id, l.detail = 'waiting', l.detail <> 'waiting' AND l.audio = 'waiting' $$;

-- Calls that the provider should have closed by now: begun longer ago than the agent lets a call last.
CREATE FUNCTION stuck_calls(of_connection uuid, slack interval, at_most int)
    RETURNS TABLE (conversation_id text, organization_id uuid, started_at timestamptz, longest_seconds int)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT l.conversation_id, l.organization_id, l.started_at, coalesce(a.max_duration_seconds, 3600)
          FROM call_ledger l
          LEFT JOIN calls c ON c.organization_id = l.organization_id AND c.started_at = l.started_at AND c.id = l.call_id
          LEFT JOIN agents a ON a.id = c.agent_id
          WHERE l.connection_id = of_connection AND NOT l.is_over
            AND l.started_at < now() - slack - make_interval(secs => coalesce(a.max_duration_seconds, 3600))
          ORDER BY l.started_at LIMIT at_most $$;

-- Nothing more will come of a conversation, and why. One that is no call here is forgotten.
CREATE FUNCTION settle_conversation(of_connection uuid, conversation text, reason text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM call_ledger l WHERE l.connection_id = of_connection AND l.conversation_id = conversation AND l.call_id IS NULL;
    UPDATE call_ledger l SET detail = 'none', transcript = 'none', summary = 'none', listed_at = NULL,
           reasons = l.reasons || jsonb_build_object('detail', reason), updated_at = now()
    WHERE l.connection_id = of_connection AND l.conversation_id = conversation AND l.detail <> 'done';
END
$$;

-- Notes why an artefact is not there yet.
CREATE FUNCTION note_reason(of_connection uuid, conversation text, artefact text, reason text) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ UPDATE call_ledger l SET reasons = l.reasons || jsonb_build_object(artefact, reason)
          WHERE l.connection_id = of_connection AND l.conversation_id = conversation
            AND l.reasons ->> artefact IS DISTINCT FROM reason $$;

-- Gaps of a connection of the current organization, newest first, with what the queue says about them.
CREATE FUNCTION connection_gaps(of_connection uuid, only_one text, at_most int)
    RETURNS TABLE (conversation_id text, organization_id uuid, call_id uuid, started_at timestamptz, announced text, detail text,
                   transcript text, audio text, summary text, billed text, reasons jsonb, heal_tries int, heal_at timestamptz,
                   detail_attempts int, detail_error text, detail_next timestamptz,
                   audio_attempts int, audio_error text, audio_next timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT l.conversation_id, l.organization_id, l.call_id, l.started_at, l.announced, l.detail, l.transcript, l.audio, l.summary,
                 l.billed, l.reasons, l.heal_tries, l.heal_at, d.attempts, d.last_error, d.run_at, s.attempts, s.last_error, s.run_at
          FROM call_ledger l
          LEFT JOIN LATERAL (SELECT j.attempts, j.last_error, CASE WHEN j.state <> 'dead' THEN j.run_at END AS run_at FROM jobs j
                             WHERE j.name = 'fetch_conversation' AND j.unique_key = l.connection_id || ':' || l.conversation_id
                             ORDER BY j.state = 'dead', j.id DESC LIMIT 1) d ON l.detail IN ('waiting', 'failed')
          LEFT JOIN LATERAL (SELECT j.attempts, j.last_error, CASE WHEN j.state <> 'dead' THEN j.run_at END AS run_at FROM jobs j
                             WHERE j.name = 'fetch_recording' AND j.unique_key = l.call_id::text
                             ORDER BY j.state = 'dead', j.id DESC LIMIT 1) s ON l.audio IN ('waiting', 'failed')
          WHERE l.connection_id = of_connection AND (l.is_gap OR l.conversation_id = only_one)
            AND (only_one IS NULL OR l.conversation_id = only_one)
            AND (l.organization_id = current_organization() OR EXISTS (
                 SELECT FROM connections c WHERE c.id = of_connection AND c.organization_id = current_organization()))
          ORDER BY l.started_at DESC, l.conversation_id LIMIT at_most $$;

-- How many gaps a connection of the current organization has among what the provider lists.
CREATE FUNCTION count_gaps(of_connection uuid) RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT count(*) FROM call_ledger l JOIN connections c ON c.id = l.connection_id AND c.organization_id = current_organization()
          WHERE l.connection_id = of_connection AND l.is_gap AND l.listed_at IS NOT NULL $$;

-- A gap is asked for again at once. No row: there is none of this name.
CREATE FUNCTION retry_gap(of_connection uuid, conversation text)
    RETURNS TABLE (organization_id uuid, call_id uuid, wants_detail boolean, wants_audio boolean)
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ UPDATE call_ledger l SET heal_tries = l.heal_tries + 1, heal_at = now() + interval '2 minutes'
          FROM connections c
          WHERE c.id = of_connection AND c.organization_id = current_organization() AND l.connection_id = c.id
            AND l.conversation_id = conversation AND l.is_gap
          RETURNING l.organization_id, l.call_id, l.detail IN ('waiting', 'failed'), l.audio IN ('waiting', 'failed') $$;

-- Who looks after the connections of the current organization.
CREATE FUNCTION connection_managers() RETURNS TABLE (email text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT u.email::text FROM memberships m JOIN users u ON u.id = m.user_id
          CROSS JOIN LATERAL standing(m.user_id, current_organization()) s
          WHERE m.organization_id = current_organization() AND 'connections.manage' = ANY (s.permissions)
          ORDER BY u.email $$;

CREATE TRIGGER ledger_inserted AFTER INSERT ON calls REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION note_call_ledger();
CREATE TRIGGER ledger_updated AFTER UPDATE ON calls REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION note_call_ledger();
CREATE TRIGGER ledger_deleted AFTER DELETE ON calls REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION note_call_ledger();

DO $$
DECLARE
    f text;
BEGIN
    FOREACH f IN ARRAY ARRAY['is_erased(uuid, text)', 'note_call_ledger()',
                             'note_listed(uuid, uuid, text[], timestamptz[], boolean[], timestamptz, boolean)',
                             'end_walk(uuid, timestamptz)', 'count_listed(uuid)', 'gaps_to_heal(uuid, interval, int)',
                             'stuck_calls(uuid, interval, int)', 'settle_conversation(uuid, text, text)',
                             'note_reason(uuid, text, text, text)', 'connection_gaps(uuid, text, int)', 'count_gaps(uuid)',
                             'retry_gap(uuid, text)', 'connection_managers()'] LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO echosensei_system', f);
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO echosensei_app', f);
    END LOOP;
END
$$;
REVOKE CREATE ON SCHEMA public FROM echosensei_system;
GRANT SELECT ON jobs TO echosensei_system;

-- The calls so far, whatever the tenant: row security is forced on the owner too, so it is lifted while they are read.
LOCK TABLE calls IN ACCESS EXCLUSIVE MODE;
ALTER TABLE calls NO FORCE ROW LEVEL SECURITY;
ALTER TABLE call_ledger NO FORCE ROW LEVEL SECURITY;
INSERT INTO call_ledger (connection_id, conversation_id, organization_id, call_id, started_at, is_over,
                         announced, detail, transcript, audio, summary, reasons)
SELECT c.connection_id, c.conversation_id, c.organization_id, c.id, c.started_at, c.status IN ('done', 'failed'), 'done',
       CASE WHEN x.is_read THEN 'done' ELSE 'waiting' END,
       CASE WHEN NOT x.is_read THEN 'waiting' WHEN c.message_count > 0 THEN 'done' ELSE 'none' END,
       CASE c.recording WHEN 'available' THEN 'done' WHEN 'partial' THEN 'done' WHEN 'unavailable' THEN 'none' WHEN 'pending' THEN 'waiting' ELSE 'failed' END,
       CASE WHEN NOT x.is_read THEN 'waiting' WHEN c.summary IS NOT NULL THEN 'done' ELSE 'none' END,
       CASE WHEN c.recording IN ('available', 'pending') OR c.recording_error IS NULL THEN '{}'::jsonb
            ELSE jsonb_build_object('audio', c.recording_error) END
FROM calls c
CROSS JOIN LATERAL (SELECT c.detail_at IS NOT NULL AND c.status IN ('done', 'failed') AS is_read) x
ON CONFLICT DO NOTHING;
ALTER TABLE calls FORCE ROW LEVEL SECURITY;
ALTER TABLE call_ledger FORCE ROW LEVEL SECURITY;
