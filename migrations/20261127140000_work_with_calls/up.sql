-- What people make of calls: tags, notes, who looks after one, how it ended, how good it was, who has read it.
--
-- All of it hangs on the call by its whole key: it goes with the call, and follows it to another organization (`work_follows_call`).
CREATE TABLE tags (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    name text NOT NULL CHECK (name <> ''),
    colour text NOT NULL CHECK (colour IN ('grey', 'red', 'orange', 'yellow', 'green', 'teal', 'blue', 'purple')),
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (organization_id, id)
);
CREATE UNIQUE INDEX tags_name ON tags (organization_id, lower(name));
CALL isolate_by_tenant('tags');

-- How a call ended, in the organization's own words. One that is taken off the list stays with the calls that have it.
CREATE TABLE dispositions (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    name text NOT NULL CHECK (name <> ''),
    position int NOT NULL,
    archived boolean NOT NULL DEFAULT false,
    UNIQUE (organization_id, id)
);
CREATE UNIQUE INDEX dispositions_name ON dispositions (organization_id, lower(name));
CALL isolate_by_tenant('dispositions');

-- The keys to tags and dispositions are deferred: a call that changes its organization brings its rows along first, and finds the
-- tags of the same name there after.
CREATE TABLE call_tags (
    organization_id uuid NOT NULL,
    started_at timestamptz NOT NULL,
    call_id uuid NOT NULL,
    tag_id uuid NOT NULL,
    PRIMARY KEY (organization_id, started_at, call_id, tag_id),
    FOREIGN KEY (organization_id, started_at, call_id) REFERENCES calls (organization_id, started_at, id)
        ON UPDATE CASCADE ON DELETE CASCADE,
    FOREIGN KEY (organization_id, tag_id) REFERENCES tags (organization_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX call_tags_tag ON call_tags (organization_id, tag_id, started_at DESC, call_id DESC);
CALL isolate_by_tenant('call_tags');

CREATE TABLE call_work (
    organization_id uuid NOT NULL,
    started_at timestamptz NOT NULL,
    call_id uuid NOT NULL,
    assignee_id uuid REFERENCES users (id) ON DELETE SET NULL,
    disposition_id uuid,
    rating smallint CHECK (rating BETWEEN 1 AND 5),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, started_at, call_id),
    FOREIGN KEY (organization_id, started_at, call_id) REFERENCES calls (organization_id, started_at, id)
        ON UPDATE CASCADE ON DELETE CASCADE,
    FOREIGN KEY (organization_id, disposition_id) REFERENCES dispositions (organization_id, id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX call_work_assignee ON call_work (organization_id, assignee_id, started_at DESC, call_id DESC) WHERE assignee_id IS NOT NULL;
CREATE INDEX call_work_disposition ON call_work (organization_id, disposition_id, started_at DESC, call_id DESC)
    WHERE disposition_id IS NOT NULL;
CREATE INDEX call_work_rating ON call_work (organization_id, rating, started_at DESC, call_id DESC) WHERE rating IS NOT NULL;
CALL isolate_by_tenant('call_work');

CREATE TABLE call_notes (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    started_at timestamptz NOT NULL,
    call_id uuid NOT NULL,
    author_id uuid REFERENCES users (id) ON DELETE SET NULL,
    text text NOT NULL CHECK (text <> ''),
    created_at timestamptz NOT NULL DEFAULT now(),
    edited_at timestamptz,
    FOREIGN KEY (organization_id, started_at, call_id) REFERENCES calls (organization_id, started_at, id)
        ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX call_notes_call ON call_notes (organization_id, started_at, call_id, created_at);
CALL isolate_by_tenant('call_notes');

-- Who has read a call, or marked it unread again. A call without a row was read by whoever's mark lies after its start.
CREATE TABLE call_reads (
    organization_id uuid NOT NULL,
    started_at timestamptz NOT NULL,
    call_id uuid NOT NULL,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    is_read boolean NOT NULL,
    PRIMARY KEY (organization_id, started_at, call_id, user_id),
    FOREIGN KEY (organization_id, started_at, call_id) REFERENCES calls (organization_id, started_at, id)
        ON UPDATE CASCADE ON DELETE CASCADE
);
CALL isolate_by_tenant('call_reads');

-- "Mark all as read" is one row, not a million.
CREATE TABLE call_read_marks (
    organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    read_before timestamptz NOT NULL,
    PRIMARY KEY (organization_id, user_id)
);
CALL isolate_by_tenant('call_read_marks');

GRANT SELECT, INSERT, UPDATE, DELETE ON tags, dispositions, call_tags, call_work, call_notes, call_reads, call_read_marks TO echosensei_app;
GRANT SELECT, INSERT ON tags, dispositions TO echosensei_system;
GRANT SELECT, UPDATE, DELETE ON call_tags, call_work TO echosensei_system;
GRANT SELECT, DELETE ON call_notes, call_reads TO echosensei_system;
GRANT SELECT ON memberships, users TO echosensei_system;
GRANT CREATE ON SCHEMA public TO echosensei_system;

-- By now the rows have come along by their foreign keys. Their tags and disposition are of the organization that was left: those of the
-- same name take their place, made where there is none. Who looks after it does so no longer, unless he is a member here too.
CREATE FUNCTION work_follows_call() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO tags (id, organization_id, name, colour)
    SELECT gen_random_uuid(), NEW.organization_id, t.name, t.colour
    FROM call_tags c JOIN tags t ON t.id = c.tag_id
    WHERE c.organization_id = NEW.organization_id AND c.started_at = NEW.started_at AND c.call_id = NEW.id
      AND t.organization_id = OLD.organization_id
    ON CONFLICT DO NOTHING;
    UPDATE call_tags c SET tag_id = here.id
    FROM tags there JOIN tags here ON lower(here.name) = lower(there.name)
    WHERE c.organization_id = NEW.organization_id AND c.started_at = NEW.started_at AND c.call_id = NEW.id
      AND there.id = c.tag_id AND there.organization_id = OLD.organization_id AND here.organization_id = NEW.organization_id;
    INSERT INTO dispositions (id, organization_id, name, position, archived)
    SELECT gen_random_uuid(), NEW.organization_id, d.name, d.position, true
    FROM call_work w JOIN dispositions d ON d.id = w.disposition_id
    WHERE w.organization_id = NEW.organization_id AND w.started_at = NEW.started_at AND w.call_id = NEW.id
      AND d.organization_id = OLD.organization_id
    ON CONFLICT DO NOTHING;
    UPDATE call_work w SET disposition_id = here.id
    FROM dispositions there JOIN dispositions here ON lower(here.name) = lower(there.name)
    WHERE w.organization_id = NEW.organization_id AND w.started_at = NEW.started_at AND w.call_id = NEW.id
      AND there.id = w.disposition_id AND there.organization_id = OLD.organization_id AND here.organization_id = NEW.organization_id;
    UPDATE call_work w SET assignee_id = NULL
    WHERE w.organization_id = NEW.organization_id AND w.started_at = NEW.started_at AND w.call_id = NEW.id
      AND w.assignee_id IS NOT NULL AND NOT EXISTS (
          SELECT FROM memberships m WHERE m.organization_id = NEW.organization_id AND m.user_id = w.assignee_id);
    RETURN NULL;
END
$$;
-- Triggers fire in the order of their names: after those of the foreign keys ("RI_…").
CREATE TRIGGER work_follows AFTER UPDATE OF organization_id ON calls FOR EACH ROW
    WHEN (OLD.organization_id IS DISTINCT FROM NEW.organization_id) EXECUTE FUNCTION work_follows_call();

-- Nobody looks after calls of an organization that he has left.
CREATE FUNCTION unassign_leaver() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE call_work w SET assignee_id = NULL WHERE w.organization_id = OLD.organization_id AND w.assignee_id = OLD.user_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER memberships_unassign AFTER DELETE ON memberships FOR EACH ROW EXECUTE FUNCTION unassign_leaver();

-- Members who can see a call of that agent (NULL: any), by name.
CREATE FUNCTION call_assignees(of_agent uuid) RETURNS TABLE (id uuid, name text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT u.id, u.name FROM memberships m
          JOIN users u ON u.id = m.user_id AND u.disabled_at IS NULL
          CROSS JOIN LATERAL standing(m.user_id, m.organization_id) s
          WHERE m.organization_id = current_organization() AND s.membership_organization_id = m.organization_id
            AND 'calls.list' = ANY (s.permissions)
            AND (of_agent IS NULL OR s.agents IS NULL OR of_agent = ANY (s.agents))
          ORDER BY u.name, u.id $$;

-- A list to begin with; its admins make it theirs.
CREATE FUNCTION begin_dispositions() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO dispositions (id, organization_id, name, position)
    SELECT gen_random_uuid(), NEW.id, d.name, d.position
    FROM unnest(ARRAY['Resolved', 'Follow up', 'Not interested', 'Wrong number']) WITH ORDINALITY AS d (name, position);
    RETURN NULL;
END
$$;
CREATE TRIGGER organizations_dispositions AFTER INSERT ON organizations FOR EACH ROW EXECUTE FUNCTION begin_dispositions();

LOCK TABLE organizations IN SHARE ROW EXCLUSIVE MODE;
ALTER TABLE organizations NO FORCE ROW LEVEL SECURITY;
ALTER TABLE dispositions NO FORCE ROW LEVEL SECURITY;
INSERT INTO dispositions (id, organization_id, name, position)
SELECT gen_random_uuid(), o.id, d.name, d.position
FROM organizations o CROSS JOIN unnest(ARRAY['Resolved', 'Follow up', 'Not interested', 'Wrong number']) WITH ORDINALITY AS d (name, position);
ALTER TABLE organizations FORCE ROW LEVEL SECURITY;
ALTER TABLE dispositions FORCE ROW LEVEL SECURITY;

DO $$
DECLARE
    f text;
BEGIN
    FOREACH f IN ARRAY ARRAY['work_follows_call()', 'unassign_leaver()', 'call_assignees(uuid)', 'begin_dispositions()'] LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO echosensei_system', f);
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO echosensei_app', f);
    END LOOP;
END
$$;
REVOKE CREATE ON SCHEMA public FROM echosensei_system;
