-- Keys with which programs call the API in the name of their makers.
GRANT CREATE ON SCHEMA public TO echosensei_system;

CREATE TABLE api_keys (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    -- what it may do is never more than what he may
    created_by uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
    -- stands in the key in clear, so that it is found without trying all
    prefix text NOT NULL UNIQUE CHECK (prefix ~ '^[a-z0-9]{8}$'),
    -- SHA-256: the secret is 256 random bits, which nobody tries through
    secret_hash bytea NOT NULL CHECK (length(secret_hash) = 32),
    permissions text[] NOT NULL,
    -- CIDR; empty: from anywhere
    networks text[] NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    revoked_at timestamptz,
    last_used_at timestamptz,
    last_used_ip text,
    UNIQUE (organization_id, id)
);
CREATE INDEX api_keys_organization ON api_keys (organization_id, created_at DESC);
CREATE INDEX api_keys_creator ON api_keys (created_by);
CALL isolate_by_tenant('api_keys');
GRANT SELECT, INSERT, UPDATE ON api_keys TO echosensei_app;
GRANT SELECT, UPDATE ON api_keys TO echosensei_system;

-- The key's maker is who makes it, and gives it nothing that he does not have.
CREATE FUNCTION check_api_key_ceiling() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.created_by, NEW.organization_id, NEW.secret_hash, NEW.prefix, NEW.permissions)
       IS DISTINCT FROM (OLD.created_by, OLD.organization_id, OLD.secret_hash, OLD.prefix, OLD.permissions) THEN
        RAISE EXCEPTION 'an API key stays what it was made' USING ERRCODE = 'EC011';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.created_by IS DISTINCT FROM coalesce(current_user_id(), NEW.created_by) THEN
            RAISE EXCEPTION 'an API key is made by who makes it' USING ERRCODE = 'EC011';
        END IF;
        PERFORM refuse_above_author(NEW.permissions, NEW.organization_id);
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER api_keys_ceiling BEFORE INSERT OR UPDATE ON api_keys FOR EACH ROW EXECUTE FUNCTION check_api_key_ceiling();

-- Every server forgets the keys that it remembers.
CREATE FUNCTION announce_api_keys() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_notify('access', 'api_keys');
    RETURN NULL;
END
$$;
CREATE TRIGGER access_changed AFTER INSERT OR DELETE OR UPDATE OF revoked_at, expires_at, networks, permissions ON api_keys
    FOR EACH STATEMENT EXECUTE FUNCTION announce_api_keys();

-- Whose key this is, before any tenant is known.
CREATE FUNCTION find_api_key(wanted text)
    RETURNS TABLE (id uuid, organization_id uuid, created_by uuid, secret_hash bytea, permissions text[], networks text[], expires_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT k.id, k.organization_id, k.created_by, k.secret_hash, k.permissions, k.networks, k.expires_at
          FROM api_keys k WHERE k.prefix = wanted AND k.revoked_at IS NULL $$;

-- When keys were last used and from where, of all tenants in one statement.
CREATE FUNCTION note_api_key_uses(ids uuid[], moments timestamptz[], addresses text[]) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ UPDATE api_keys k SET last_used_at = u.at, last_used_ip = u.ip FROM unnest(ids, moments, addresses) AS u (id, at, ip)
          WHERE k.id = u.id AND (k.last_used_at IS NULL OR k.last_used_at < u.at) $$;

-- What was done with a key says so, whoever writes the entry. Before the chain is made: triggers run by name.
CREATE FUNCTION name_api_key() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    acting uuid := nullif(current_setting('app.api_key_id', true), '')::uuid;
BEGIN
    IF acting IS NOT NULL THEN
        NEW.details := CASE WHEN jsonb_typeof(NEW.details) = 'object' THEN NEW.details ELSE jsonb_build_object('details', NEW.details) END
            || (SELECT jsonb_build_object('api_key', jsonb_build_object('id', k.id, 'name', k.name, 'prefix', k.prefix))
                FROM api_keys k WHERE k.id = acting);
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER audit_log_api_key BEFORE INSERT ON audit_log FOR EACH ROW EXECUTE FUNCTION name_api_key();

DO $$
DECLARE
    f text;
BEGIN
    FOREACH f IN ARRAY ARRAY['check_api_key_ceiling()', 'find_api_key(text)', 'note_api_key_uses(uuid[], timestamptz[], text[])',
                             'name_api_key()'] LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO echosensei_system', f);
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO echosensei_app', f);
    END LOOP;
END
$$;
REVOKE CREATE ON SCHEMA public FROM echosensei_system;
