-- Named sets of filters of the call log.
CREATE TABLE call_views (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    -- who made it; a shared one stays when he goes
    user_id uuid REFERENCES users (id) ON DELETE SET NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
    shared boolean NOT NULL DEFAULT false,
    -- CallFilter of crates/shared
    filter jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL isolate_by_tenant('call_views');
-- What is not shared is its maker's alone.
CREATE POLICY own_or_shared ON call_views AS RESTRICTIVE TO echosensei_app
    USING (shared OR user_id = current_user_id());
CREATE UNIQUE INDEX call_views_own_names ON call_views (organization_id, user_id, lower(name)) WHERE NOT shared;
CREATE UNIQUE INDEX call_views_shared_names ON call_views (organization_id, lower(name)) WHERE shared;
GRANT SELECT, INSERT, UPDATE, DELETE ON call_views TO echosensei_app;
