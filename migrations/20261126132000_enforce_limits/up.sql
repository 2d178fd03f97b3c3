-- A limit holds for an organization together with everything below it, and what holds for one is every limit on the way up.

GRANT CREATE ON SCHEMA public TO echosensei_system;

-- Our bounds on an agent's calls at the provider. A row is there while one is wanted, or stands at the provider.
CREATE TABLE agent_call_limits (
    agent_id uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    -- calls at a time; NULL: no bound of ours
    max_concurrent int,
    -- the minutes of the month are used up: no new call
    stopped boolean NOT NULL DEFAULT false,
    -- what stood at the provider before ours: CallLimits of crates/elevenlabs
    own jsonb,
    -- what we wrote there last
    pushed jsonb,
    state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'applied', 'failed')),
    error text,
    wanted_at timestamptz NOT NULL DEFAULT now(),
    applied_at timestamptz,
    tried_at timestamptz,
    FOREIGN KEY (organization_id, agent_id) REFERENCES agents (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX agent_call_limits_organization ON agent_call_limits (organization_id, state);
CALL isolate_by_tenant('agent_call_limits');
CREATE POLICY only_assigned ON agent_call_limits AS RESTRICTIVE TO echosensei_app
    USING (current_agents() IS NULL OR agent_id = ANY (current_agents()));
GRANT SELECT, INSERT, UPDATE, DELETE ON agent_call_limits TO echosensei_app, echosensei_system;

-- Locks what is counted together, from the top down, so that two who come at once can not both take the last place, nor wait for
-- each other.
CREATE FUNCTION lock_limits(VARIADIC of_organizations uuid[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    level uuid;
BEGIN
    FOR level IN SELECT o.id FROM organizations o
                 WHERE EXISTS (SELECT FROM organization_closure c WHERE c.ancestor_id = o.id AND c.descendant_id = ANY (of_organizations))
                   AND (o.id = ANY (of_organizations) OR num_nonnulls(o.max_agents, o.max_users, o.max_storage_bytes) > 0)
                 ORDER BY (SELECT count(*) FROM organization_closure up WHERE up.descendant_id = o.id), o.id LOOP
        PERFORM 1 FROM organization_use u WHERE u.organization_id = level FOR UPDATE;
    END LOOP;
END
$$;

-- The strictest limit that `more` of something would break, with the organization that has it; none: there is room. What lies
-- below `beside` has counted there already.
CREATE FUNCTION broken_limit(of_organization uuid, what text, more bigint, beside uuid)
    RETURNS TABLE (most bigint, depth int)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT l.most, c.depth
          FROM organization_closure c JOIN organizations o ON o.id = c.ancestor_id
          CROSS JOIN LATERAL (SELECT CASE what WHEN 'max_agents' THEN o.max_agents::bigint WHEN 'max_users' THEN o.max_users::bigint
                                     WHEN 'max_storage_bytes' THEN o.max_storage_bytes END AS most) l
          CROSS JOIN LATERAL (
              SELECT sum(CASE what WHEN 'max_agents' THEN u.agents WHEN 'max_users' THEN u.members
                         WHEN 'max_storage_bytes' THEN u.recording_bytes END) AS held
              FROM organization_closure d JOIN organization_use u ON u.organization_id = d.descendant_id
              WHERE d.ancestor_id = o.id) h
          WHERE c.descendant_id = of_organization AND l.most IS NOT NULL AND h.held + more > l.most
            AND NOT EXISTS (SELECT FROM organization_closure b WHERE b.ancestor_id = o.id AND b.descendant_id = beside)
          ORDER BY l.most, c.depth LIMIT 1 $$;

CREATE FUNCTION refuse_broken_limit(of_organization uuid, what text, more bigint, beside uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    broken record;
BEGIN
    SELECT * INTO broken FROM broken_limit(of_organization, what, more, beside);
    IF broken.most IS NOT NULL THEN
        RAISE EXCEPTION 'limit reached' USING ERRCODE = 'EC007', DETAIL = format('%s=%s', what, broken.most),
            HINT = CASE WHEN broken.depth > 0 THEN 'shared' ELSE 'own' END;
    END IF;
END
$$;

CREATE OR REPLACE FUNCTION count_members() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        UPDATE organization_use SET members = members - 1 WHERE organization_id = OLD.organization_id;
        RETURN NULL;
    END IF;
    PERFORM lock_limits(NEW.organization_id);
    UPDATE organization_use SET members = members + 1 WHERE organization_id = NEW.organization_id;
    PERFORM refuse_broken_limit(NEW.organization_id, 'max_users', 0, NULL);
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION storage_room(of_organization uuid, more bigint) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    -- Where nobody has set one, nobody has to wait.
    IF (SELECT l.max_storage_bytes IS NULL FROM effective_limits(of_organization) l) THEN
        RETURN true;
    END IF;
    PERFORM lock_limits(of_organization);
    RETURN NOT EXISTS (SELECT FROM broken_limit(of_organization, 'max_storage_bytes', more, NULL));
END
$$;

-- Seconds of talk in this month of the organization's zone, of it and everything below it.
CREATE FUNCTION seconds_this_month(of_organization uuid) RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT coalesce(sum(d.seconds), 0)::bigint
          FROM organizations o JOIN organization_closure c ON c.ancestor_id = o.id
          CROSS JOIN LATERAL days_of(c.descendant_id, date_trunc('month', now() AT TIME ZONE o.timezone)::date) d
          WHERE o.id = of_organization $$;

-- Calls that run now, of an organization and everything below it.
CREATE FUNCTION calls_running(of_organization uuid) RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT count(*) FROM organization_closure c JOIN calls k ON k.organization_id = c.descendant_id
          WHERE c.ancestor_id = of_organization AND k.status IN ('initiated', 'in-progress') $$;

-- What of the limits is used, of the current organization or one below it, with everything below that.
CREATE OR REPLACE FUNCTION organization_used(wanted uuid)
    RETURNS TABLE (agents bigint, members bigint, recording_bytes bigint, running_calls bigint, minutes_this_month bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT sum(u.agents)::bigint, sum(u.members)::bigint, sum(u.recording_bytes)::bigint, calls_running(wanted),
                 seconds_this_month(wanted) / 60
          FROM organization_closure c JOIN organization_use u ON u.organization_id = c.descendant_id
          WHERE c.ancestor_id = wanted AND EXISTS (SELECT FROM organization_closure own
              WHERE own.ancestor_id = current_organization() AND own.descendant_id = wanted)
          HAVING count(*) > 0 $$;

-- How far our bounds have come at the provider, for the current organization or one below, with everything below that.
CREATE FUNCTION limits_at_provider(wanted uuid)
    RETURNS TABLE (agents bigint, applied bigint, failed bigint, stopped bigint, error text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT count(*), count(*) FILTER (WHERE l.state = 'applied'), count(*) FILTER (WHERE l.state = 'failed'),
                 count(*) FILTER (WHERE l.stopped), max(l.error) FILTER (WHERE l.state = 'failed')
          FROM organization_closure c JOIN agent_call_limits l ON l.organization_id = c.descendant_id
          WHERE c.ancestor_id = wanted AND EXISTS (SELECT FROM organization_closure own
              WHERE own.ancestor_id = current_organization() AND own.descendant_id = wanted) $$;

-- Limits on calls of the current organization and those directly below it, where four fifths of one are used or more run than may.
CREATE FUNCTION limits_under_pressure(below boolean)
    RETURNS TABLE (organization_id uuid, name text, depth int, minutes bigint, max_minutes int, running bigint, max_running int)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT x.id, x.name, x.depth, x.minutes, x.max_minutes, x.running, x.max_running
          FROM (SELECT o.id, o.name, c.depth, l.max_minutes_per_month AS max_minutes, l.max_concurrent_calls AS max_running,
                       CASE WHEN l.max_minutes_per_month IS NOT NULL THEN seconds_this_month(o.id) / 60 END AS minutes,
                       CASE WHEN l.max_concurrent_calls IS NOT NULL THEN calls_running(o.id) END AS running
                FROM organization_closure c JOIN organizations o ON o.id = c.descendant_id
                CROSS JOIN LATERAL effective_limits(o.id) l
                WHERE c.ancestor_id = current_organization() AND (c.depth = 0 OR below AND c.depth = 1) AND o.status = 'active'
                  -- below, what was set there: what holds from above is told once
                  AND (c.depth = 0 OR num_nonnulls(o.max_minutes_per_month, o.max_concurrent_calls) > 0)) x
          WHERE x.minutes * 5 >= x.max_minutes::bigint * 4 OR x.running > x.max_running
          ORDER BY x.depth, x.name, x.id LIMIT 20 $$;

-- Which bounds agents should have. They come from every limit on the way up; where the minutes of one of these are used up, its agents
-- take no call until the month turns in its zone.
CREATE FUNCTION wanted_call_limits()
    RETURNS TABLE (agent_id uuid, organization_id uuid, max_concurrent int, stopped boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ WITH spent AS MATERIALIZED (
              SELECT o.id FROM organizations o
              WHERE o.max_minutes_per_month IS NOT NULL AND seconds_this_month(o.id) >= o.max_minutes_per_month::bigint * 60
          ), bounded AS (
              SELECT c.descendant_id AS organization_id, min(o.max_concurrent_calls) AS max_concurrent,
                     bool_or(o.id IN (SELECT id FROM spent)) AS stopped
              FROM organizations o JOIN organization_closure c ON c.ancestor_id = o.id
              WHERE o.max_concurrent_calls IS NOT NULL OR o.id IN (SELECT id FROM spent)
              GROUP BY 1
          )
          SELECT a.id, a.organization_id, b.max_concurrent, b.stopped
          FROM bounded b JOIN agents a ON a.organization_id = b.organization_id
          JOIN connections k ON k.id = a.connection_id AND k.removing_at IS NULL
          WHERE NOT a.archived AND NOT a.placeholder $$;

-- Writes them down, and yields the agents whose provider is to be told.
CREATE FUNCTION plan_call_limits()
    RETURNS TABLE (agent_id uuid, organization_id uuid, connection_id uuid)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('plan_call_limits'));
    INSERT INTO agent_call_limits AS l (agent_id, organization_id, max_concurrent, stopped)
    SELECT w.agent_id, w.organization_id, w.max_concurrent, w.stopped FROM wanted_call_limits() w ORDER BY w.agent_id
    ON CONFLICT (agent_id) DO UPDATE SET max_concurrent = excluded.max_concurrent, stopped = excluded.stopped, state = 'pending',
        error = NULL, wanted_at = now()
        WHERE (l.max_concurrent, l.stopped) IS DISTINCT FROM (excluded.max_concurrent, excluded.stopped);
    UPDATE agent_call_limits l SET max_concurrent = NULL, stopped = false, state = 'pending', error = NULL, wanted_at = now()
    WHERE (l.max_concurrent IS NOT NULL OR l.stopped) AND NOT EXISTS (SELECT FROM wanted_call_limits() w WHERE w.agent_id = l.agent_id)
      AND NOT EXISTS (SELECT FROM agents a WHERE a.id = l.agent_id AND a.archived);
    -- What the provider refused may have been put right there.
    UPDATE agent_call_limits l SET state = 'pending' WHERE l.state = 'failed' AND l.tried_at < now() - interval '15 minutes'
      AND NOT EXISTS (SELECT FROM agents a WHERE a.id = l.agent_id AND a.archived);
    RETURN QUERY SELECT l.agent_id, l.organization_id, a.connection_id FROM agent_call_limits l JOIN agents a ON a.id = l.agent_id
        JOIN connections k ON k.id = a.connection_id AND k.removing_at IS NULL
        WHERE l.state = 'pending' ORDER BY l.agent_id;
END
$$;

-- Where an agent's bounds lie now: it may have been given away since a job was queued, under another id then.
CREATE FUNCTION organization_of_agent(wanted uuid) RETURNS TABLE (organization_id uuid, connection_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT a.organization_id, a.connection_id FROM agents a WHERE a.id = wanted $$;

-- After a sync: somebody may have changed an agent's bounds at the provider, so they are looked at again.
CREATE FUNCTION recheck_call_limits(of_connection uuid) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ WITH again AS (
              UPDATE agent_call_limits l SET state = 'pending' FROM agents a JOIN connections k ON k.id = a.connection_id
              WHERE a.id = l.agent_id AND k.id = of_connection AND k.organization_id = current_organization() RETURNING 1)
          SELECT count(*) FROM again $$;

-- Bounds that stand at the provider of a connection which is being removed: none is wanted any more.
CREATE FUNCTION lift_call_limits(of_connection uuid) RETURNS TABLE (agent_id uuid, organization_id uuid)
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ UPDATE agent_call_limits l SET max_concurrent = NULL, stopped = false, state = 'pending' FROM agents a
          JOIN connections k ON k.id = a.connection_id
          WHERE a.id = l.agent_id AND k.id = of_connection AND k.organization_id = current_organization() AND k.removing_at IS NOT NULL
          RETURNING l.agent_id, l.organization_id $$;

-- As before; limits of everybody above the target who did not count the agent already, its bounds at the provider go along, and
-- numbers that stay behind are no longer answered by an agent of theirs.
CREATE OR REPLACE FUNCTION move_agent(wanted uuid, target uuid, new_agent uuid, with_history boolean)
    RETURNS TABLE (old_organization uuid, name text)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    old agents;
BEGIN
    SELECT a.* INTO old FROM agents a
    JOIN organization_closure c ON c.ancestor_id = current_organization() AND c.descendant_id = a.organization_id
    WHERE a.id = wanted FOR UPDATE OF a;
    IF old.id IS NULL OR NOT EXISTS (SELECT FROM organization_closure c
        WHERE c.ancestor_id = current_organization() AND c.descendant_id = target) THEN
        RETURN;
    END IF;
    IF old.moved_to IS NOT NULL OR old.organization_id = target THEN
        RAISE EXCEPTION 'agent is there already' USING ERRCODE = 'EC008';
    END IF;
    IF EXISTS (SELECT FROM agents a WHERE a.moved_to = wanted AND a.history_follows) THEN
        RAISE EXCEPTION 'history is on its way' USING ERRCODE = 'EC010';
    END IF;
    IF NOT EXISTS (SELECT FROM connections k JOIN organization_closure c ON c.ancestor_id = k.organization_id
                   WHERE k.id = old.connection_id AND c.descendant_id = target AND k.removing_at IS NULL) THEN
        RAISE EXCEPTION 'workspace of another organization' USING ERRCODE = 'EC009';
    END IF;
    PERFORM lock_limits(old.organization_id, target);
    IF NOT old.archived THEN
        PERFORM refuse_broken_limit(target, 'max_agents', 1, old.organization_id);
    END IF;
    UPDATE agents a SET provider_agent_id = old.provider_agent_id || ' until ' || new_agent, archived = true, moved_to = new_agent,
        history_follows = with_history WHERE a.id = wanted;
    INSERT INTO agents (id, organization_id, connection_id, provider_agent_id, name, language, llm, voice_id, voice_name, monitoring,
                        max_duration_seconds, prompt, first_message, tags, archived, placeholder, synced_at)
    VALUES (new_agent, target, old.connection_id, old.provider_agent_id, old.name, old.language, old.llm, old.voice_id, old.voice_name,
            old.monitoring, old.max_duration_seconds, old.prompt, old.first_message, old.tags, old.archived, old.placeholder, old.synced_at);
    UPDATE agent_call_limits l SET agent_id = new_agent, organization_id = target, state = 'pending' WHERE l.agent_id = wanted;
    UPDATE phone_numbers p SET agent_id = NULL WHERE p.agent_id = wanted;
    UPDATE phone_numbers p SET agent_id = new_agent
    WHERE p.connection_id = old.connection_id AND p.provider_agent_id = old.provider_agent_id AND p.organization_id = target;
    old_organization := old.organization_id;
    name := old.name;
    RETURN NEXT;
END
$$;

-- As before, but for the locks.
CREATE OR REPLACE FUNCTION move_agent_calls(wanted uuid, at_most int)
    RETURNS TABLE (left_over boolean, moved bigint, new_organization uuid, unheard uuid[])
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    old agents;
    new agents;
    ids uuid[];
    sounds recordings[];
BEGIN
    left_over := false;
    moved := 0;
    unheard := '{}';
    SELECT a.* INTO old FROM agents a
    JOIN organization_closure c ON c.ancestor_id = current_organization() AND c.descendant_id = a.organization_id
    WHERE a.id = wanted AND a.history_follows FOR UPDATE OF a;
    SELECT a.* INTO new FROM agents a
    JOIN organization_closure c ON c.ancestor_id = current_organization() AND c.descendant_id = a.organization_id
    WHERE a.id = old.moved_to;
    IF old.id IS NULL OR new.id IS NULL THEN
        RETURN NEXT;
        RETURN;
    END IF;
    new_organization := new.organization_id;
    -- Sums of both sides change, in the order in which everybody else takes them.
    PERFORM lock_limits(old.organization_id, new.organization_id);
    ids := ARRAY(SELECT c.id FROM calls c WHERE c.organization_id = old.organization_id AND c.agent_id = old.id
                 AND (c.status IN ('done', 'failed') OR c.started_at < now() - interval '1 day')
                 ORDER BY c.started_at DESC LIMIT at_most);
    -- In the order in which whoever stores calls takes them.
    PERFORM 1 FROM call_keys k WHERE k.call_id = ANY (ids) ORDER BY k.connection_id, k.conversation_id FOR UPDATE;
    WITH gone AS (
        DELETE FROM recordings r USING call_keys k
        WHERE k.call_id = ANY (ids) AND r.organization_id = old.organization_id AND r.started_at = k.started_at AND r.call_id = k.call_id
        RETURNING r)
    SELECT array_agg(gone.r) INTO sounds FROM gone;
    UPDATE call_turns t SET organization_id = new.organization_id FROM call_keys k
    WHERE k.call_id = ANY (ids) AND t.organization_id = old.organization_id AND t.call_id = k.call_id AND t.started_at = k.started_at;
    UPDATE calls c SET organization_id = new.organization_id, agent_id = new.id, updated_at = now() FROM call_keys k
    WHERE k.call_id = ANY (ids) AND c.organization_id = old.organization_id AND c.started_at = k.started_at AND c.id = k.call_id;
    GET DIAGNOSTICS moved = ROW_COUNT;
    INSERT INTO recordings (organization_id, call_id, started_at, storage_key, bytes, content_type, peaks, stored_at)
    SELECT new.organization_id, s.call_id, s.started_at, s.storage_key, s.bytes, s.content_type, s.peaks, s.stored_at
    FROM unnest(sounds) s;
    UPDATE call_keys k SET organization_id = new.organization_id WHERE k.call_id = ANY (ids);
    SELECT coalesce(array_agg(c.id), '{}') INTO unheard FROM call_keys k
    JOIN calls c ON c.organization_id = k.organization_id AND c.started_at = k.started_at AND c.id = k.call_id
    WHERE k.call_id = ANY (ids) AND c.recording = 'pending' AND c.detail_at IS NOT NULL AND c.status IN ('done', 'failed');
    left_over := EXISTS (SELECT FROM calls c WHERE c.organization_id = old.organization_id AND c.agent_id = old.id);
    IF NOT left_over THEN
        DELETE FROM agents a WHERE a.id = old.id;
    END IF;
    RETURN NEXT;
END
$$;

-- How many calls are still on their way to an agent of the current organization or one below it; no row: there is no such agent.
CREATE FUNCTION calls_to_follow(wanted uuid) RETURNS TABLE (calls bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT coalesce((SELECT sum(f.calls) FROM agents o JOIN call_figures f ON f.organization_id = o.organization_id AND f.agent_id = o.id
                           WHERE o.moved_to = a.id AND o.history_follows), 0)::bigint
          FROM agents a JOIN organization_closure c ON c.ancestor_id = current_organization() AND c.descendant_id = a.organization_id
          WHERE a.id = wanted $$;

DROP FUNCTION organizations_below(text, uuid, text, text, uuid, int);

-- Those directly below the current organization, by name, with their health; what lies below them counts as theirs. Out of kept
-- sums; of calls only those that run and the newest are looked at, each by an index.
CREATE FUNCTION organizations_below(
    after_name text, after_id uuid, wanted_text text, wanted_status text, only_id uuid, at_most int)
    RETURNS TABLE (id uuid, name text, slug text, kind text, timezone text, status text, status_reason text, contact_email text,
                   created_at timestamptz, organizations bigint, agents bigint, members bigint, calls_by_day bigint[], judged_7d bigint,
                   successful_7d bigint, last_call_at timestamptz, running_calls bigint, failing_connections bigint,
                   minutes_this_month bigint, max_minutes_per_month int, sync_state text, synced_at timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT o.id, o.name, o.slug, o.kind, o.timezone, o.status, o.status_reason, o.contact_email, o.created_at,
           health.organizations, health.agents, health.members, week.calls_by_day, week.judged, week.successful,
           health.last_call_at, calls_running(o.id), synced.failing, seconds_this_month(o.id) / 60, limits.max_minutes_per_month,
           CASE WHEN synced.failed > 0 THEN 'failed' WHEN synced.under_way > 0 THEN 'running' WHEN synced.done > 0 THEN 'done' END, synced.at
    FROM (SELECT * FROM organizations x
          WHERE x.parent_id = current_organization() AND (only_id IS NULL OR x.id = only_id)
            AND (after_name IS NULL OR (x.name, x.id) > (after_name, after_id))
            AND (wanted_text = '' OR position(lower(wanted_text) IN lower(x.name)) > 0 OR position(lower(wanted_text) IN x.slug) > 0)
            -- archived ones are shown when asked for
            AND (x.status = wanted_status OR wanted_status IS NULL AND (x.status <> 'archived' OR only_id IS NOT NULL))
          ORDER BY x.name, x.id LIMIT at_most) o
    CROSS JOIN LATERAL effective_limits(o.id) limits
    CROSS JOIN LATERAL (
        SELECT count(*) - 1 AS organizations, sum(u.agents)::bigint AS agents, sum(u.members)::bigint AS members, max(newest.at) AS last_call_at
        FROM organization_closure c
        JOIN organization_use u ON u.organization_id = c.descendant_id
        CROSS JOIN LATERAL (
            SELECT (SELECT k.started_at FROM calls k WHERE k.organization_id = c.descendant_id
                    ORDER BY k.started_at DESC LIMIT 1) AS at) newest
        WHERE c.ancestor_id = o.id) health
    CROSS JOIN LATERAL (
        SELECT array_agg(coalesce(x.calls, 0) ORDER BY g.ago DESC) AS calls_by_day, coalesce(sum(x.judged), 0)::bigint AS judged,
               coalesce(sum(x.successful), 0)::bigint AS successful
        FROM generate_series(0, 6) AS g (ago)
        LEFT JOIN (
            SELECT d.day, sum(d.calls)::bigint AS calls, sum(d.successful + d.unsuccessful) AS judged, sum(d.successful) AS successful
            FROM organization_closure c
            CROSS JOIN LATERAL days_of(c.descendant_id, (now() AT TIME ZONE o.timezone)::date - 6) d
            WHERE c.ancestor_id = o.id GROUP BY 1) x ON x.day = (now() AT TIME ZONE o.timezone)::date - g.ago) week
    CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE k.health <> 'healthy') AS failing, count(*) FILTER (WHERE r.state = 'failed') AS failed,
               count(*) FILTER (WHERE r.state IN ('queued', 'agents', 'calls')) AS under_way, count(*) FILTER (WHERE r.state = 'done') AS done,
               max(r.finished_at) AS at
        FROM organization_closure c JOIN connections k ON k.organization_id = c.descendant_id AND k.removing_at IS NULL
        LEFT JOIN sync_runs r ON r.connection_id = k.id
        WHERE c.ancestor_id = o.id) synced
    ORDER BY o.name, o.id;
END
$$;
GRANT SELECT ON sync_runs TO echosensei_system;

DO $$
DECLARE
    f text;
BEGIN
    FOREACH f IN ARRAY ARRAY['lock_limits(uuid[])', 'broken_limit(uuid, text, bigint, uuid)', 'refuse_broken_limit(uuid, text, bigint, uuid)',
                             'seconds_this_month(uuid)', 'calls_running(uuid)', 'wanted_call_limits()', 'limits_at_provider(uuid)', 'limits_under_pressure(boolean)',
                             'plan_call_limits()', 'organization_of_agent(uuid)', 'recheck_call_limits(uuid)', 'lift_call_limits(uuid)',
                             'calls_to_follow(uuid)', 'organizations_below(text, uuid, text, text, uuid, int)'] LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO echosensei_system', f);
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    END LOOP;
    -- The others would tell of any organization.
    FOREACH f IN ARRAY ARRAY['limits_at_provider(uuid)', 'limits_under_pressure(boolean)', 'plan_call_limits()', 'organization_of_agent(uuid)',
                             'recheck_call_limits(uuid)', 'lift_call_limits(uuid)', 'calls_to_follow(uuid)', 'organizations_below(text, uuid, text, text, uuid, int)'] LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO echosensei_app', f);
    END LOOP;
END
$$;
REVOKE CREATE ON SCHEMA public FROM echosensei_system;
