-- Telephone numbers of the connected workspaces. A number belongs to one organization and is answered by one agent at most.
CREATE TABLE phone_numbers (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id),
    connection_id uuid NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    -- the provider's id, `phnum_…`
    provider_number_id text NOT NULL,
    number text NOT NULL,
    label text NOT NULL DEFAULT '',
    -- who carries its calls, as the provider spells it
    provider text NOT NULL DEFAULT '',
    supports_inbound boolean NOT NULL DEFAULT true,
    supports_outbound boolean NOT NULL DEFAULT true,
    -- who answers it at the provider; `agent_id` is set where that agent belongs to the same organization
    provider_agent_id text,
    agent_id uuid,
    -- 'pending': the provider is yet to be told `wanted_agent_id`; 'failed': it refused, `trouble` says why
    assignment text NOT NULL DEFAULT 'settled' CHECK (assignment IN ('settled', 'pending', 'failed')),
    -- the provider's id of the agent; NULL: nobody answers
    wanted_agent_id text,
    trouble text,
    -- no longer at the provider, or given to another organization
    archived boolean NOT NULL DEFAULT false,
    -- the row that took the place of this one in another organization
    moved_to uuid,
    moved_at timestamptz,
    synced_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (organization_id, id),
    UNIQUE (connection_id, provider_number_id),
    FOREIGN KEY (organization_id, agent_id) REFERENCES agents (organization_id, id) ON DELETE SET NULL (agent_id)
);
CREATE INDEX phone_numbers_by_number ON phone_numbers (organization_id, number, id);
CREATE INDEX phone_numbers_agent ON phone_numbers (organization_id, agent_id) WHERE agent_id IS NOT NULL;
CALL isolate_by_tenant('phone_numbers');
-- Who sees only his agents sees the numbers that they answer.
CREATE POLICY only_assigned ON phone_numbers AS RESTRICTIVE TO echosensei_app
    USING (current_agents() IS NULL OR agent_id = ANY (current_agents()));
GRANT SELECT, INSERT, UPDATE, DELETE ON phone_numbers TO echosensei_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON phone_numbers TO echosensei_system;

GRANT CREATE ON SCHEMA public TO echosensei_system;

-- Stores what the provider lists, all of it. A number that was not known goes to the organization of the agent that answers it,
-- and to the owner of the connection where nobody does; where it belongs from then on is up to us.
CREATE FUNCTION sync_phone_numbers(of_connection uuid, listed jsonb) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    owner uuid;
    stored bigint;
BEGIN
    SELECT c.organization_id INTO owner FROM connections c
    WHERE c.id = of_connection AND c.organization_id = current_organization();
    IF owner IS NULL THEN
        RAISE EXCEPTION 'connection % is not of the current organization', of_connection;
    END IF;
    INSERT INTO phone_numbers AS p (id, organization_id, connection_id, provider_number_id, number, label, provider,
                                    supports_inbound, supports_outbound, provider_agent_id, agent_id, synced_at)
    SELECT r.id, coalesce(a.organization_id, owner), of_connection, r.provider_number_id, r.number, r.label, r.provider,
           r.supports_inbound, r.supports_outbound, r.provider_agent_id, a.id, now()
    FROM jsonb_to_recordset(listed) AS r (
        id uuid, provider_number_id text, number text, label text, provider text, supports_inbound boolean,
        supports_outbound boolean, provider_agent_id text)
    LEFT JOIN agents a ON a.connection_id = of_connection AND a.provider_agent_id = r.provider_agent_id
    -- a fixed order, so that two syncs can not deadlock
    ORDER BY r.provider_number_id
    ON CONFLICT (connection_id, provider_number_id) DO UPDATE SET
        number = excluded.number, label = excluded.label, provider = excluded.provider,
        supports_inbound = excluded.supports_inbound, supports_outbound = excluded.supports_outbound,
        provider_agent_id = excluded.provider_agent_id,
        agent_id = (SELECT a.id FROM agents a WHERE a.connection_id = of_connection
                    AND a.provider_agent_id = excluded.provider_agent_id AND a.organization_id = p.organization_id),
        archived = false, synced_at = excluded.synced_at;
    GET DIAGNOSTICS stored = ROW_COUNT;
    UPDATE phone_numbers p SET archived = true, agent_id = NULL, provider_agent_id = NULL
    WHERE p.connection_id = of_connection AND NOT p.archived
      AND p.provider_number_id NOT IN (SELECT x ->> 'provider_number_id' FROM jsonb_array_elements(listed) x);
    RETURN stored;
END
$$;

-- Numbers of the current organization by number and, with `below`, of those below it. The rows of others are seen by this
-- function alone, so it keeps to a member's agents itself.
CREATE FUNCTION list_phone_numbers(below boolean, wanted_text text, after_number text, after_id uuid, only_id uuid, at_most int)
    RETURNS TABLE (id uuid, organization_id uuid, organization_name text, connection_id uuid, provider_number_id text, number text,
                   label text, provider text, supports_inbound boolean, supports_outbound boolean, agent_id uuid, agent_name text,
                   answered boolean, assignment text, wanted_agent_id text, wanted_agent_name text, trouble text, archived boolean,
                   moved_at timestamptz, synced_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT p.id, o.id, o.name, p.connection_id, p.provider_number_id, p.number, p.label, p.provider, p.supports_inbound,
                 p.supports_outbound, a.id, a.name, p.provider_agent_id IS NOT NULL, p.assignment, p.wanted_agent_id,
                 (SELECT w.name FROM agents w WHERE w.connection_id = p.connection_id AND w.provider_agent_id = p.wanted_agent_id
                    AND w.organization_id = p.organization_id),
                 p.trouble, p.archived, p.moved_at, p.synced_at
          FROM organization_closure c
          JOIN organizations o ON o.id = c.descendant_id
          JOIN phone_numbers p ON p.organization_id = o.id
          LEFT JOIN agents a ON a.id = p.agent_id
          WHERE c.ancestor_id = current_organization() AND (below OR c.depth = 0)
            AND (current_agents() IS NULL OR p.agent_id = ANY (current_agents()))
            AND (only_id IS NULL OR p.id = only_id)
            AND (after_number IS NULL OR (p.number, p.id) > (after_number, after_id))
            AND (wanted_text = '' OR position(lower(wanted_text) IN lower(p.number)) > 0
                 OR position(lower(wanted_text) IN lower(p.label)) > 0 OR position(lower(wanted_text) IN lower(a.name)) > 0
                 OR position(lower(wanted_text) IN lower(o.name)) > 0)
          ORDER BY p.number, p.id LIMIT at_most $$;

-- Gives a number to another organization at or below the current one: a new row stands there, under the provider's id. Calls
-- stay with the agents that answered them. With `keep_record` the old row stays where it was, archived, to tell when the number
-- left; without, nothing of it is left there. `answering`: the provider's id of the agent of the target that answers from now
-- on. `tell`: the provider has to be told. No row: there is no such number.
CREATE FUNCTION move_phone_number(wanted uuid, target uuid, new_number uuid, keep_record boolean, answering text)
    RETURNS TABLE (old_organization uuid, number text, tell boolean)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    old phone_numbers;
    new_agent uuid;
BEGIN
    SELECT p.* INTO old FROM phone_numbers p
    JOIN organization_closure c ON c.ancestor_id = current_organization() AND c.descendant_id = p.organization_id
    WHERE p.id = wanted AND (current_agents() IS NULL OR p.agent_id = ANY (current_agents())) FOR UPDATE OF p;
    IF old.id IS NULL OR NOT EXISTS (SELECT FROM organization_closure c
        WHERE c.ancestor_id = current_organization() AND c.descendant_id = target) THEN
        RETURN;
    END IF;
    IF old.moved_to IS NOT NULL OR old.organization_id = target THEN
        RAISE EXCEPTION 'number is there already' USING ERRCODE = 'EC011';
    END IF;
    IF NOT EXISTS (SELECT FROM connections k JOIN organization_closure c ON c.ancestor_id = k.organization_id
                   WHERE k.id = old.connection_id AND c.descendant_id = target AND k.removing_at IS NULL) THEN
        RAISE EXCEPTION 'workspace of another organization' USING ERRCODE = 'EC009';
    END IF;
    -- Without another wish the agent that answers goes on, if it belongs to the target; it must not be somebody else's.
    answering := coalesce(answering, (SELECT a.provider_agent_id FROM agents a WHERE a.connection_id = old.connection_id
        AND a.provider_agent_id = old.provider_agent_id AND a.organization_id = target));
    IF answering IS NOT NULL AND NOT EXISTS (SELECT FROM agents a WHERE a.connection_id = old.connection_id
        AND a.provider_agent_id = answering AND a.organization_id = target AND NOT a.archived) THEN
        RAISE EXCEPTION 'agent of another organization' USING ERRCODE = 'EC012';
    END IF;
    IF keep_record THEN
        UPDATE phone_numbers p SET provider_number_id = old.provider_number_id || ' until ' || new_number, archived = true,
            moved_to = new_number, moved_at = now(), agent_id = NULL, provider_agent_id = NULL, assignment = 'settled',
            wanted_agent_id = NULL, trouble = NULL WHERE p.id = wanted;
    ELSE
        DELETE FROM phone_numbers p WHERE p.id = wanted;
    END IF;
    tell := answering IS DISTINCT FROM old.provider_agent_id AND NOT old.archived;
    SELECT a.id INTO new_agent FROM agents a WHERE a.connection_id = old.connection_id
        AND a.provider_agent_id = old.provider_agent_id AND a.organization_id = target;
    INSERT INTO phone_numbers (id, organization_id, connection_id, provider_number_id, number, label, provider, supports_inbound,
                               supports_outbound, provider_agent_id, agent_id, assignment, wanted_agent_id, archived, synced_at)
    VALUES (new_number, target, old.connection_id, old.provider_number_id, old.number, old.label, old.provider, old.supports_inbound,
            old.supports_outbound, old.provider_agent_id, new_agent, CASE WHEN tell THEN 'pending' ELSE 'settled' END,
            CASE WHEN tell THEN answering END, old.archived, old.synced_at);
    old_organization := old.organization_id;
    number := old.number;
    RETURN NEXT;
END
$$;

-- Numbers that an agent of the current organization or one below answers.
CREATE FUNCTION numbers_of_agent(wanted uuid) RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT p.id FROM phone_numbers p
          JOIN organization_closure c ON c.ancestor_id = current_organization() AND c.descendant_id = p.organization_id
          WHERE p.agent_id = wanted AND NOT p.archived ORDER BY p.number, p.id $$;

DO $$
DECLARE
    f text;
BEGIN
    FOREACH f IN ARRAY ARRAY['sync_phone_numbers(uuid, jsonb)', 'list_phone_numbers(boolean, text, text, uuid, uuid, int)',
                             'move_phone_number(uuid, uuid, uuid, boolean, text)', 'numbers_of_agent(uuid)'] LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO echosensei_system', f);
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO echosensei_app', f);
    END LOOP;
END
$$;
REVOKE CREATE ON SCHEMA public FROM echosensei_system;
