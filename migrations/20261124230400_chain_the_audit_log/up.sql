-- Each entry of an organization carries a hash over itself and the hash before it: who changes or removes one breaks the
-- chain behind it. The database makes the hash, so that no writer can leave it out; the app may add and read, never change.
ALTER TABLE audit_log ADD COLUMN sequence bigint, ADD COLUMN hash bytea;

-- Where each chain ends. Kept apart, so that cutting off the newest entries shows too.
CREATE TABLE audit_heads (
    organization_id uuid PRIMARY KEY REFERENCES organizations (id) ON DELETE CASCADE,
    sequence bigint NOT NULL,
    hash bytea NOT NULL CHECK (length(hash) = 32)
);
CALL isolate_by_tenant('audit_heads');

GRANT CREATE ON SCHEMA public TO echosensei_system;
GRANT SELECT ON audit_heads TO echosensei_app;
GRANT SELECT, INSERT, UPDATE ON audit_heads TO echosensei_system;
GRANT SELECT ON audit_log TO echosensei_system;

-- The moment as microseconds: its text depends on settings. The text of jsonb is the same wherever it is written.
CREATE FUNCTION audit_hash(before bytea, e audit_log) RETURNS bytea
    LANGUAGE sql STABLE SET search_path = public, pg_temp
    AS $$ SELECT sha256(before || convert_to(jsonb_build_array(
              e.sequence, e.id, e.organization_id, (extract(epoch FROM e.occurred_at) * 1000000)::bigint, e.user_id, e.action, e.subject,
              e.details, e.ip)::text, 'UTF8')) $$;

CREATE FUNCTION chain_audit_entry() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    head audit_heads;
BEGIN
    INSERT INTO audit_heads (organization_id, sequence, hash) VALUES (NEW.organization_id, 0, decode(repeat('00', 32), 'hex'))
    ON CONFLICT DO NOTHING;
    -- One entry after the other within an organization, until commit.
    SELECT * INTO head FROM audit_heads h WHERE h.organization_id = NEW.organization_id FOR UPDATE;
    NEW.sequence := head.sequence + 1;
    NEW.hash := audit_hash(head.hash, NEW);
    UPDATE audit_heads h SET sequence = NEW.sequence, hash = NEW.hash WHERE h.organization_id = NEW.organization_id;
    RETURN NEW;
END
$$;

-- What was written before there was a chain is chained in the order of its time.
ALTER TABLE audit_log NO FORCE ROW LEVEL SECURITY;
ALTER TABLE audit_heads NO FORCE ROW LEVEL SECURITY;
DO $$
DECLARE
    e audit_log;
    last_organization uuid;
    at bigint;
    before bytea;
BEGIN
    FOR e IN SELECT * FROM audit_log ORDER BY organization_id, occurred_at, id LOOP
        IF e.organization_id IS DISTINCT FROM last_organization THEN
            last_organization := e.organization_id;
            at := 0;
            before := decode(repeat('00', 32), 'hex');
        END IF;
        at := at + 1;
        e.sequence := at;
        before := audit_hash(before, e);
        UPDATE audit_log SET sequence = at, hash = before
        WHERE organization_id = e.organization_id AND occurred_at = e.occurred_at AND id = e.id;
        INSERT INTO audit_heads VALUES (e.organization_id, at, before)
        ON CONFLICT (organization_id) DO UPDATE SET sequence = excluded.sequence, hash = excluded.hash;
    END LOOP;
END
$$;
ALTER TABLE audit_log FORCE ROW LEVEL SECURITY;
ALTER TABLE audit_heads FORCE ROW LEVEL SECURITY;
ALTER TABLE audit_log ALTER COLUMN sequence SET NOT NULL, ALTER COLUMN hash SET NOT NULL;
-- The log is read newest first; somebody's own deeds too.
CREATE INDEX audit_log_sequence ON audit_log (organization_id, sequence DESC);

CREATE TRIGGER audit_log_chain BEFORE INSERT ON audit_log FOR EACH ROW EXECUTE FUNCTION chain_audit_entry();

-- Walks the chain of the current organization. `broken_at`: the first entry that does not fit, or the one after the last when
-- entries are missing at the end.
CREATE FUNCTION verify_audit_log() RETURNS TABLE (checked bigint, broken_at bigint, reason text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    e audit_log;
    head audit_heads;
    at bigint := 0;
    before bytea := decode(repeat('00', 32), 'hex');
BEGIN
    checked := 0;
    FOR e IN SELECT * FROM audit_log l WHERE l.organization_id = current_organization() ORDER BY l.sequence LOOP
        at := at + 1;
        IF e.sequence <> at THEN
            broken_at := at;
            reason := 'missing';
            RETURN NEXT;
            RETURN;
        END IF;
        before := audit_hash(before, e);
        IF e.hash <> before THEN
            broken_at := at;
            reason := 'changed';
            RETURN NEXT;
            RETURN;
        END IF;
        checked := at;
    END LOOP;
    SELECT * INTO head FROM audit_heads h WHERE h.organization_id = current_organization();
    IF coalesce(head.sequence, 0) <> at OR coalesce(head.hash, before) <> before THEN
        broken_at := at + 1;
        reason := 'missing';
    END IF;
    RETURN NEXT;
END
$$;

REVOKE ALL ON FUNCTION audit_hash(bytea, audit_log) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_hash(bytea, audit_log) TO echosensei_system;
REVOKE ALL ON FUNCTION chain_audit_entry() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION chain_audit_entry() TO echosensei_app;
ALTER FUNCTION chain_audit_entry() OWNER TO echosensei_system;
REVOKE ALL ON FUNCTION verify_audit_log() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION verify_audit_log() TO echosensei_app;
ALTER FUNCTION verify_audit_log() OWNER TO echosensei_system;
REVOKE CREATE ON SCHEMA public FROM echosensei_system;
