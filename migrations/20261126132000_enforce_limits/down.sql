GRANT CREATE ON SCHEMA public TO echosensei_system;
DROP FUNCTION organizations_below(text, uuid, text, text, uuid, int);
DROP FUNCTION calls_to_follow(uuid);
DROP FUNCTION lift_call_limits(uuid);
DROP FUNCTION recheck_call_limits(uuid);
DROP FUNCTION organization_of_agent(uuid);
DROP FUNCTION plan_call_limits();
DROP FUNCTION wanted_call_limits();
DROP FUNCTION limits_under_pressure(boolean);
DROP FUNCTION limits_at_provider(uuid);
CREATE OR REPLACE FUNCTION count_members() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    most int;
    held bigint;
BEGIN
    IF TG_OP = 'DELETE' THEN
        UPDATE organization_use SET members = members - 1 WHERE organization_id = OLD.organization_id;
        RETURN NULL;
    END IF;
    UPDATE organization_use SET members = members + 1 WHERE organization_id = NEW.organization_id RETURNING members INTO held;
    SELECT l.max_users INTO most FROM effective_limits(NEW.organization_id) l;
    IF held > most THEN
        RAISE EXCEPTION 'limit reached' USING ERRCODE = 'EC007', DETAIL = format('max_users=%s', most);
    END IF;
    RETURN NULL;
END
$$;
CREATE OR REPLACE FUNCTION storage_room(of_organization uuid, more bigint) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    most bigint;
    held bigint;
BEGIN
    SELECT l.max_storage_bytes INTO most FROM effective_limits(of_organization) l;
    IF most IS NULL THEN
        RETURN true;
    END IF;
    SELECT u.recording_bytes INTO held FROM organization_use u WHERE u.organization_id = of_organization FOR UPDATE;
    RETURN held + more <= most;
END
$$;
CREATE OR REPLACE FUNCTION organization_used(wanted uuid)
    RETURNS TABLE (agents bigint, members bigint, recording_bytes bigint, running_calls bigint, minutes_this_month bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT u.agents, u.members, u.recording_bytes,
                 (SELECT count(*) FROM calls c WHERE c.organization_id = wanted AND c.status IN ('initiated', 'in-progress')),
                 (SELECT coalesce(sum(c.duration_seconds), 0) / 60 FROM calls c WHERE c.organization_id = wanted
                    AND c.started_at >= date_trunc('month', now() AT TIME ZONE o.timezone) AT TIME ZONE o.timezone)
          FROM organization_use u JOIN organizations o ON o.id = u.organization_id
          WHERE u.organization_id = wanted AND EXISTS (SELECT FROM organization_closure c
              WHERE c.ancestor_id = current_organization() AND c.descendant_id = wanted) $$;
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
CREATE OR REPLACE FUNCTION move_agent(wanted uuid, target uuid, new_agent uuid, with_history boolean)
    RETURNS TABLE (old_organization uuid, name text)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    old agents;
    most int;
    held bigint;
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
    SELECT u.agents INTO held FROM organization_use u WHERE u.organization_id = target FOR UPDATE;
    SELECT l.max_agents INTO most FROM effective_limits(target) l;
    IF NOT old.archived AND held >= most THEN
        RAISE EXCEPTION 'limit reached' USING ERRCODE = 'EC007', DETAIL = format('max_agents=%s', most);
    END IF;
    UPDATE agents a SET provider_agent_id = old.provider_agent_id || ' until ' || new_agent, archived = true, moved_to = new_agent,
        history_follows = with_history WHERE a.id = wanted;
    INSERT INTO agents (id, organization_id, connection_id, provider_agent_id, name, language, llm, voice_id, voice_name, monitoring,
                        max_duration_seconds, prompt, first_message, tags, archived, placeholder, synced_at)
    VALUES (new_agent, target, old.connection_id, old.provider_agent_id, old.name, old.language, old.llm, old.voice_id, old.voice_name,
            old.monitoring, old.max_duration_seconds, old.prompt, old.first_message, old.tags, old.archived, old.placeholder, old.synced_at);
    old_organization := old.organization_id;
    name := old.name;
    RETURN NEXT;
END
$$;
CREATE FUNCTION organizations_below(
    after_name text, after_id uuid, wanted_text text, wanted_status text, only_id uuid, at_most int)
    RETURNS TABLE (id uuid, name text, slug text, kind text, timezone text, status text, status_reason text, contact_email text,
                   created_at timestamptz, organizations bigint, agents bigint, members bigint, calls_7d bigint, judged_7d bigint,
                   successful_7d bigint, last_call_at timestamptz, running_calls bigint, failing_connections bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT o.id, o.name, o.slug, o.kind, o.timezone, o.status, o.status_reason, o.contact_email, o.created_at,
           health.organizations, health.agents, health.members, health.calls_7d, health.judged_7d, health.successful_7d,
           health.last_call_at, health.running_calls, health.failing_connections
    FROM (SELECT * FROM organizations x
          WHERE x.parent_id = current_organization() AND (only_id IS NULL OR x.id = only_id)
            AND (after_name IS NULL OR (x.name, x.id) > (after_name, after_id))
            AND (wanted_text = '' OR position(lower(wanted_text) IN lower(x.name)) > 0 OR position(lower(wanted_text) IN x.slug) > 0)
            -- archived ones are shown when asked for
            AND (x.status = wanted_status OR wanted_status IS NULL AND (x.status <> 'archived' OR only_id IS NOT NULL))
          ORDER BY x.name, x.id LIMIT at_most) o
    CROSS JOIN LATERAL (
        SELECT count(*) - 1 AS organizations, sum(u.agents)::bigint AS agents, sum(u.members)::bigint AS members,
               sum(week.calls)::bigint AS calls_7d, sum(week.judged)::bigint AS judged_7d, sum(week.successful)::bigint AS successful_7d,
               max(newest.at) AS last_call_at, sum(running.n)::bigint AS running_calls, sum(failing.n)::bigint AS failing_connections
        FROM organization_closure c
        JOIN organization_use u ON u.organization_id = c.descendant_id
        CROSS JOIN LATERAL (
            SELECT count(*) AS calls, count(*) FILTER (WHERE k.outcome IN ('success', 'failure')) AS judged,
                   count(*) FILTER (WHERE k.outcome = 'success') AS successful
            FROM calls k WHERE k.organization_id = c.descendant_id AND k.outcome IN ('success', 'failure', 'unknown')
              AND k.started_at >= now() - interval '7 days') week
        CROSS JOIN LATERAL (
            SELECT (SELECT k.started_at FROM calls k WHERE k.organization_id = c.descendant_id
                    ORDER BY k.started_at DESC LIMIT 1) AS at) newest
        CROSS JOIN LATERAL (
            SELECT count(*) AS n FROM calls k WHERE k.organization_id = c.descendant_id AND k.status IN ('initiated', 'in-progress')) running
        CROSS JOIN LATERAL (
            SELECT count(*) AS n FROM connections k WHERE k.organization_id = c.descendant_id AND k.health <> 'healthy'
              AND k.removing_at IS NULL) failing
        WHERE c.ancestor_id = o.id) health
    ORDER BY o.name, o.id;
END
$$;
ALTER FUNCTION organizations_below(text, uuid, text, text, uuid, int) OWNER TO echosensei_system;
REVOKE ALL ON FUNCTION organizations_below(text, uuid, text, text, uuid, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION organizations_below(text, uuid, text, text, uuid, int) TO echosensei_app;
DROP FUNCTION calls_running(uuid);
DROP FUNCTION seconds_this_month(uuid);
DROP FUNCTION refuse_broken_limit(uuid, text, bigint, uuid);
DROP FUNCTION broken_limit(uuid, text, bigint, uuid);
DROP FUNCTION lock_limits(uuid[]);
DROP TABLE agent_call_limits;
REVOKE CREATE ON SCHEMA public FROM echosensei_system;
