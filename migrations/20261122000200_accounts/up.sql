CREATE TABLE organizations (
    id uuid PRIMARY KEY,
    parent_id uuid REFERENCES organizations (id),
    kind text NOT NULL CHECK (kind IN ('platform', 'agency', 'customer')),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
    timezone text NOT NULL DEFAULT 'UTC',
    created_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((kind = 'platform') = (parent_id IS NULL))
);
CREATE INDEX organizations_parent ON organizations (parent_id);
-- One platform.
CREATE UNIQUE INDEX organizations_one_platform ON organizations (kind) WHERE kind = 'platform';

-- Ancestor and descendant, each organization being its own with depth 0. Ids only, kept by trigger.
CREATE TABLE organization_closure (
    ancestor_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    descendant_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    depth int NOT NULL CHECK (depth >= 0),
    PRIMARY KEY (ancestor_id, descendant_id)
);
CREATE INDEX organization_closure_descendant ON organization_closure (descendant_id, ancestor_id);

CREATE FUNCTION keep_organization_closure() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO organization_closure (ancestor_id, descendant_id, depth)
    SELECT c.ancestor_id, NEW.id, c.depth + 1 FROM organization_closure c WHERE c.descendant_id = NEW.parent_id
    UNION ALL SELECT NEW.id, NEW.id, 0;
    RETURN NULL;
END
$$;
CREATE TRIGGER organizations_closure AFTER INSERT ON organizations
    FOR EACH ROW EXECUTE FUNCTION keep_organization_closure();

-- People. Global: a person can be a member of several organizations. Read by e-mail before any tenant is known, so
-- there is no tenant policy; the app never lists this table, it joins it from memberships.
CREATE TABLE users (
    id uuid PRIMARY KEY,
    email text NOT NULL UNIQUE CHECK (email = lower(email)),
    name text NOT NULL DEFAULT '',
    -- PHC string of argon2id, or `scrypt-legacy:<hex>.<salt>` of an imported user until the next sign-in
    password_hash text NOT NULL,
    disabled_at timestamptz,
    last_login_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

-- Membership: one role in one organization. Visible within the tenant and to the person himself.
CREATE TABLE memberships (
    organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- key of a role template in crates/shared
    role text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, user_id)
);
CREATE INDEX memberships_user ON memberships (user_id);
CALL isolate_by_tenant('memberships');
CREATE POLICY self ON memberships FOR SELECT USING (user_id = current_user_id());

-- An organization is visible from within, from above (closure) and to its members.
ALTER TABLE organizations ENABLE ROW LEVEL SECURITY;
ALTER TABLE organizations FORCE ROW LEVEL SECURITY;
CREATE POLICY visible ON organizations FOR SELECT USING (
    id = current_organization()
    -- a row that is being inserted is not in the closure yet, but RETURNING and ON CONFLICT must see it
    OR parent_id = current_organization()
    OR EXISTS (SELECT FROM organization_closure c
               WHERE c.ancestor_id = current_organization() AND c.descendant_id = organizations.id)
    OR EXISTS (SELECT FROM memberships m
               JOIN organization_closure c ON c.ancestor_id = m.organization_id
               WHERE m.user_id = current_user_id() AND c.descendant_id = organizations.id)
);
-- A new organization is made from above: by the tenant that becomes its parent.
CREATE POLICY created_from_above ON organizations FOR INSERT WITH CHECK (parent_id = current_organization());
CREATE POLICY changed_from_above ON organizations FOR UPDATE USING (
    EXISTS (SELECT FROM organization_closure c
            WHERE c.ancestor_id = current_organization() AND c.descendant_id = organizations.id)
);
CREATE POLICY system ON organizations TO echosensei_system USING (true) WITH CHECK (true);

-- Sessions. The cookie holds a random key, the table only its SHA-256: who reads the table can not sign in.
-- Global: read before the tenant is known.
CREATE TABLE sessions (
    key_hash bytea PRIMARY KEY CHECK (length(key_hash) = 32),
    user_id uuid REFERENCES users (id) ON DELETE CASCADE,
    state jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- What people did. Partitioned by month; the app may add and read, never change.
CREATE TABLE audit_log (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    occurred_at timestamptz NOT NULL DEFAULT now(),
    user_id uuid,
    action text NOT NULL,
    subject text,
    details jsonb NOT NULL DEFAULT '{}',
    ip text,
    PRIMARY KEY (organization_id, occurred_at, id)
) PARTITION BY RANGE (occurred_at);
CALL isolate_by_tenant('audit_log');

GRANT SELECT, INSERT, UPDATE ON organizations, users TO echosensei_app;
GRANT SELECT ON organization_closure TO echosensei_app, echosensei_system;
GRANT SELECT, INSERT, UPDATE, DELETE ON memberships, sessions TO echosensei_app;
GRANT SELECT, INSERT ON audit_log TO echosensei_app;
GRANT SELECT, INSERT, UPDATE ON organizations TO echosensei_system;
-- The policy of organizations reads memberships.
GRANT SELECT ON memberships TO echosensei_system;

-- The first organization has no parent that could make it.
CREATE FUNCTION create_platform(new_id uuid, new_name text, new_slug text, new_timezone text) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    existing uuid;
BEGIN
    SELECT id INTO existing FROM organizations WHERE kind = 'platform';
    IF existing IS NOT NULL THEN
        RETURN existing;
    END IF;
    INSERT INTO organizations (id, kind, name, slug, timezone) VALUES (new_id, 'platform', new_name, new_slug, new_timezone);
    RETURN new_id;
END
$$;
ALTER FUNCTION create_platform(uuid, text, text, text) OWNER TO echosensei_system;
REVOKE ALL ON FUNCTION create_platform(uuid, text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION create_platform(uuid, text, text, text) TO echosensei_app;
