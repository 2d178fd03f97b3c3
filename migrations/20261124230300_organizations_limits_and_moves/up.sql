-- Organizations made, limited and stopped from above; agents given from one to another.

-- What the limits are measured by, kept as it changes: no limit counts a million rows.
CREATE TABLE organization_use (
    organization_id uuid PRIMARY KEY REFERENCES organizations (id) ON DELETE CASCADE,
    -- not archived
    agents bigint NOT NULL DEFAULT 0,
    members bigint NOT NULL DEFAULT 0,
    recording_bytes bigint NOT NULL DEFAULT 0
);
CALL isolate_by_tenant('organization_use');
GRANT SELECT ON organization_use TO echosensei_app;
GRANT SELECT, INSERT, UPDATE ON organization_use TO echosensei_system;

-- Row security is forced on the owner of the tables too, so it is lifted for the first count.
LOCK TABLE organizations, memberships, agents, recordings IN SHARE ROW EXCLUSIVE MODE;
ALTER TABLE organizations NO FORCE ROW LEVEL SECURITY;
ALTER TABLE memberships NO FORCE ROW LEVEL SECURITY;
ALTER TABLE agents NO FORCE ROW LEVEL SECURITY;
ALTER TABLE recordings NO FORCE ROW LEVEL SECURITY;
ALTER TABLE organization_use NO FORCE ROW LEVEL SECURITY;
INSERT INTO organization_use (organization_id, agents, members, recording_bytes)
SELECT o.id, (SELECT count(*) FROM agents a WHERE a.organization_id = o.id AND NOT a.archived),
       (SELECT count(*) FROM memberships m WHERE m.organization_id = o.id),
       (SELECT coalesce(sum(r.bytes), 0) FROM recordings r WHERE r.organization_id = o.id)
FROM organizations o;
ALTER TABLE organizations FORCE ROW LEVEL SECURITY;
ALTER TABLE memberships FORCE ROW LEVEL SECURITY;
ALTER TABLE agents FORCE ROW LEVEL SECURITY;
ALTER TABLE recordings FORCE ROW LEVEL SECURITY;
ALTER TABLE organization_use FORCE ROW LEVEL SECURITY;

-- The agent that took the place of this one when it was given to another organization. `history_follows`: its calls are on
-- their way there, and this row goes with the last of them.
ALTER TABLE agents ADD COLUMN moved_to uuid, ADD COLUMN history_follows boolean NOT NULL DEFAULT false;
CREATE INDEX agents_history_follows ON agents (moved_to) WHERE history_follows;

GRANT CREATE ON SCHEMA public TO echosensei_system;
GRANT INSERT ON roles TO echosensei_system;
GRANT DELETE ON agents, recordings TO echosensei_system;
GRANT INSERT ON recordings TO echosensei_system;
GRANT UPDATE ON calls, call_keys, call_turns TO echosensei_system;

-- As much as the strictest on the way up allows; NULL: nobody set one.
CREATE FUNCTION effective_limits(of_organization uuid)
    RETURNS TABLE (max_agents int, max_users int, max_concurrent_calls int, max_minutes_per_month int, max_storage_bytes bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT min(o.max_agents), min(o.max_users), min(o.max_concurrent_calls), min(o.max_minutes_per_month), min(o.max_storage_bytes)
          FROM organization_closure c JOIN organizations o ON o.id = c.ancestor_id WHERE c.descendant_id = of_organization $$;

-- Made below one of the right kind and never moved: the tree can have no cycle.
CREATE FUNCTION keep_organization_place() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    above text;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.id, NEW.parent_id, NEW.kind) IS DISTINCT FROM (OLD.id, OLD.parent_id, OLD.kind) THEN
            RAISE EXCEPTION 'an organization stays where it was made' USING ERRCODE = 'EC005';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.kind = 'platform' THEN
        RETURN NEW;
    END IF;
    SELECT o.kind INTO above FROM organizations o WHERE o.id = NEW.parent_id;
    IF (above, NEW.kind) NOT IN (('platform', 'agency'), ('agency', 'customer')) OR above IS NULL THEN
        RAISE EXCEPTION 'an organization stays where it was made' USING ERRCODE = 'EC005';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER organizations_place BEFORE INSERT OR UPDATE ON organizations
    FOR EACH ROW EXECUTE FUNCTION keep_organization_place();

-- No limit above what the organization above has itself.
CREATE FUNCTION check_limits_above() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    above record;
    broken text;
BEGIN
    SELECT * INTO above FROM effective_limits(NEW.parent_id);
    SELECT string_agg(format('%s=%s', name, most), ',') INTO broken
    FROM (VALUES ('max_agents', NEW.max_agents::bigint, above.max_agents::bigint), ('max_users', NEW.max_users, above.max_users),
                 ('max_concurrent_calls', NEW.max_concurrent_calls, above.max_concurrent_calls),
                 ('max_minutes_per_month', NEW.max_minutes_per_month, above.max_minutes_per_month),
                 ('max_storage_bytes', NEW.max_storage_bytes, above.max_storage_bytes)) AS l (name, wanted, most)
    WHERE wanted > most;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'limit above the parent' USING ERRCODE = 'EC006', DETAIL = broken;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER organizations_limits BEFORE INSERT OR UPDATE OF max_agents, max_users, max_concurrent_calls, max_minutes_per_month,
    max_storage_bytes ON organizations FOR EACH ROW EXECUTE FUNCTION check_limits_above();

CREATE FUNCTION begin_organization_use() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO organization_use (organization_id) VALUES (NEW.id);
    RETURN NULL;
END
$$;
CREATE TRIGGER organizations_use AFTER INSERT ON organizations FOR EACH ROW EXECUTE FUNCTION begin_organization_use();

-- The three sums. Per statement: a sync stores thousands of agents at once.
CREATE FUNCTION count_agents() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE organization_use u SET agents = u.agents + d.n
        FROM (SELECT organization_id, count(*) AS n FROM new_rows WHERE NOT archived GROUP BY 1) d WHERE u.organization_id = d.organization_id;
    ELSIF TG_OP = 'DELETE' THEN
        UPDATE organization_use u SET agents = u.agents - d.n
        FROM (SELECT organization_id, count(*) AS n FROM old_rows WHERE NOT archived GROUP BY 1) d WHERE u.organization_id = d.organization_id;
    ELSE
        UPDATE organization_use u SET agents = u.agents + d.n
        FROM (SELECT organization_id, sum(n) AS n FROM (
                  SELECT organization_id, 1 AS n FROM new_rows WHERE NOT archived
                  UNION ALL SELECT organization_id, -1 FROM old_rows WHERE NOT archived) x
              GROUP BY 1 HAVING sum(n) <> 0) d
        WHERE u.organization_id = d.organization_id;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER count_inserted AFTER INSERT ON agents REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_agents();
CREATE TRIGGER count_updated AFTER UPDATE ON agents REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION count_agents();
CREATE TRIGGER count_deleted AFTER DELETE ON agents REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION count_agents();

CREATE FUNCTION count_recordings() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE organization_use u SET recording_bytes = u.recording_bytes + d.n
        FROM (SELECT organization_id, sum(bytes) AS n FROM new_rows GROUP BY 1) d WHERE u.organization_id = d.organization_id;
    ELSIF TG_OP = 'DELETE' THEN
        UPDATE organization_use u SET recording_bytes = u.recording_bytes - d.n
        FROM (SELECT organization_id, sum(bytes) AS n FROM old_rows GROUP BY 1) d WHERE u.organization_id = d.organization_id;
    ELSE
        UPDATE organization_use u SET recording_bytes = u.recording_bytes + d.n
        FROM (SELECT organization_id, sum(n) AS n FROM (
                  SELECT organization_id, bytes AS n FROM new_rows UNION ALL SELECT organization_id, -bytes FROM old_rows) x
              GROUP BY 1 HAVING sum(n) <> 0) d
        WHERE u.organization_id = d.organization_id;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER count_inserted AFTER INSERT ON recordings REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_recordings();
CREATE TRIGGER count_updated AFTER UPDATE ON recordings REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION count_recordings();
CREATE TRIGGER count_deleted AFTER DELETE ON recordings REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION count_recordings();

-- Counting a member locks the organization's row, so that two who come at once can not both take the last seat.
CREATE FUNCTION count_members() RETURNS trigger
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
CREATE TRIGGER memberships_count AFTER INSERT OR DELETE ON memberships FOR EACH ROW EXECUTE FUNCTION count_members();

-- Whether so many bytes more may be kept. Locks the sum until the end of the transaction.
CREATE FUNCTION storage_room(of_organization uuid, more bigint) RETURNS boolean
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

-- What of the limits is used, of the current organization or one below it. The minutes are read, not kept: a month of one
-- organization, for one page.
CREATE FUNCTION organization_used(wanted uuid)
    RETURNS TABLE (agents bigint, members bigint, recording_bytes bigint, running_calls bigint, minutes_this_month bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT u.agents, u.members, u.recording_bytes,
                 (SELECT count(*) FROM calls c WHERE c.organization_id = wanted AND c.status IN ('initiated', 'in-progress')),
                 (SELECT coalesce(sum(c.duration_seconds), 0) / 60 FROM calls c WHERE c.organization_id = wanted
                    AND c.started_at >= date_trunc('month', now() AT TIME ZONE o.timezone) AT TIME ZONE o.timezone)
          FROM organization_use u JOIN organizations o ON o.id = u.organization_id
          WHERE u.organization_id = wanted AND EXISTS (SELECT FROM organization_closure c
              WHERE c.ancestor_id = current_organization() AND c.descendant_id = wanted) $$;

-- Those directly below the current organization, by name, with their health; what lies below them counts as theirs.
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

-- Why an organization does not work, for its members, and whom to ask: the organization above. Why that one was stopped is not
-- told below it.
CREATE FUNCTION organization_standstill(wanted uuid)
    RETURNS TABLE (status text, reason text, contact_name text, contact_email text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT organization_status(o.id), CASE WHEN o.status <> 'active' THEN o.status_reason END, p.name, p.contact_email
          FROM organizations o LEFT JOIN organizations p ON p.id = o.parent_id WHERE o.id = wanted $$;

-- Own roles of one organization directly below the current one, made anew in another.
CREATE FUNCTION copy_roles(from_organization uuid, to_organization uuid) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    copied bigint;
BEGIN
    IF (SELECT count(*) FROM organizations o WHERE o.id IN (from_organization, to_organization)
        AND o.parent_id = current_organization()) <> 2 THEN
        RAISE EXCEPTION 'roles are copied between organizations below the current one' USING ERRCODE = 'EC005';
    END IF;
    INSERT INTO roles (id, organization_id, kind, name, description, permissions)
    SELECT gen_random_uuid(), to_organization, r.kind, r.name, r.description, r.permissions FROM roles r
    WHERE r.organization_id = from_organization;
    GET DIAGNOSTICS copied = ROW_COUNT;
    RETURN copied;
END
$$;

-- Gives an agent to another organization: a new agent stands there, under the provider's id, so that every new call finds it. The
-- old one keeps the calls so far under its name, archived; with history they follow by `move_agent_calls`. No row: there is no such
-- agent at or below the current organization.
CREATE FUNCTION move_agent(wanted uuid, target uuid, new_agent uuid, with_history boolean)
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

-- Moves at most so many calls of an agent that was given away with its history: rows, turns, recordings, keys. A call that runs
-- follows when it has ended: who stores its words knows it in its old place. `left_over`: some are still to come; `moved` without any
-- means that they run. `unheard`: whose recordings are still to be fetched.
CREATE FUNCTION move_agent_calls(wanted uuid, at_most int)
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

-- How many calls an agent of the current organization or one below has; counting stops there.
CREATE FUNCTION count_agent_calls(wanted uuid, at_most int) RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT count(*) FROM (
              SELECT FROM agents a
              JOIN organization_closure o ON o.ancestor_id = current_organization() AND o.descendant_id = a.organization_id
              JOIN calls c ON c.organization_id = a.organization_id AND c.agent_id = a.id
              WHERE a.id = wanted LIMIT at_most) x $$;

-- Where a call lies now: its agent may have been given away since a job was queued.
CREATE FUNCTION organization_of_call(wanted uuid) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT k.organization_id FROM call_keys k WHERE k.call_id = wanted $$;

DO $$
DECLARE
    f text;
BEGIN
    FOREACH f IN ARRAY ARRAY['effective_limits(uuid)', 'keep_organization_place()', 'check_limits_above()', 'begin_organization_use()',
                             'count_agents()', 'count_recordings()', 'count_members()', 'storage_room(uuid, bigint)',
                             'organization_used(uuid)', 'organizations_below(text, uuid, text, text, uuid, int)',
                             'organization_standstill(uuid)', 'copy_roles(uuid, uuid)', 'move_agent(uuid, uuid, uuid, boolean)',
                             'move_agent_calls(uuid, int)', 'count_agent_calls(uuid, int)', 'organization_of_call(uuid)'] LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO echosensei_system', f);
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO echosensei_app', f);
    END LOOP;
END
$$;
REVOKE CREATE ON SCHEMA public FROM echosensei_system;
