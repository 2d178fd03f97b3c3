-- Links that were sent to somebody's address: to choose a new password, or to show that the address is his. A person belongs to no
-- tenant, and the link is followed before anybody is signed in, so there is no tenant policy; only hashes are kept.
CREATE TABLE account_links (
    token_hash bytea PRIMARY KEY CHECK (length(token_hash) = 32),
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    purpose text NOT NULL CHECK (purpose IN ('reset', 'verify')),
    -- Where it was sent; of a verification, the address that becomes his.
    email text NOT NULL CHECK (email = lower(email)),
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE INDEX account_links_user ON account_links (user_id, purpose);
CREATE INDEX account_links_expiry ON account_links (expires_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON account_links TO echosensei_app;
