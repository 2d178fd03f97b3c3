-- Invitations into an organization, and to found an agency below the platform. The link in the mail holds 32 random bytes, the
-- table only their SHA-256: who reads the table can not accept.
ALTER TABLE users
    -- Somebody followed a link that was sent to the address.
    ADD COLUMN email_verified_at timestamptz;

CREATE TABLE invitations (
    id uuid PRIMARY KEY,
    -- Which is joined; of an agency to be, the platform.
    organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    -- registration: of somebody who asked for an agency himself
    kind text NOT NULL CHECK (kind IN ('member', 'agency', 'registration')),
    email text NOT NULL CHECK (email = lower(email)),
    token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    -- Whose standing the role is measured by, when it is written and when it is accepted.
    invited_by uuid REFERENCES users (id) ON DELETE SET NULL,
    message text NOT NULL DEFAULT '' CHECK (length(message) <= 1000),
    -- Of a member.
    role text,
    role_id uuid REFERENCES roles (id) ON DELETE CASCADE,
    only_assigned_agents boolean NOT NULL DEFAULT false,
    agent_ids uuid[] NOT NULL DEFAULT '{}',
    -- Of an agency.
    company text CHECK (length(company) BETWEEN 1 AND 120),
    commission_basis_points int CHECK (commission_basis_points BETWEEN 0 AND 10000),
    opening_credits_minor bigint CHECK (opening_credits_minor >= 0),
    currency text CHECK (currency ~ '^[A-Z]{3}$'),
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'accepted', 'revoked')),
    expires_at timestamptz NOT NULL,
    sends int NOT NULL DEFAULT 1,
    sent_at timestamptz NOT NULL DEFAULT now(),
    created_at timestamptz NOT NULL DEFAULT now(),
    settled_at timestamptz,
    accepted_by uuid REFERENCES users (id) ON DELETE SET NULL,
    -- What was founded.
    founded_id uuid REFERENCES organizations (id) ON DELETE SET NULL,
    CHECK ((kind = 'member') = (role IS NOT NULL OR role_id IS NOT NULL)),
    CHECK ((kind = 'member') = (company IS NULL)),
    CHECK ((kind = 'member') = (commission_basis_points IS NULL)),
    CHECK ((opening_credits_minor IS NULL) = (currency IS NULL)),
    CHECK ((state = 'open') = (settled_at IS NULL))
);
-- One that can be accepted for each address.
CREATE UNIQUE INDEX invitations_one_open ON invitations (organization_id, (kind = 'member'), email) WHERE state = 'open';
CREATE INDEX invitations_newest ON invitations (organization_id, created_at DESC, id DESC);
CREATE INDEX invitations_role ON invitations (role_id) WHERE role_id IS NOT NULL;
CALL isolate_by_tenant('invitations');

-- What the platform agreed with an agency.
CREATE TABLE agency_terms (
    organization_id uuid PRIMARY KEY REFERENCES organizations (id) ON DELETE CASCADE,
    -- Of what its customers pay, in hundredths of a percent.
    commission_basis_points int NOT NULL CHECK (commission_basis_points BETWEEN 0 AND 10000),
    invitation_id uuid UNIQUE REFERENCES invitations (id) ON DELETE SET NULL,
    agreed_at timestamptz NOT NULL DEFAULT now()
);
CALL isolate_by_tenant('agency_terms');

-- Credits that an agency was given to begin with: granted once, and booked once by the ledger, which sets booked_at and takes the
-- organization for the key of its posting.
CREATE TABLE opening_credits (
    organization_id uuid PRIMARY KEY REFERENCES organizations (id) ON DELETE CASCADE,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    invitation_id uuid UNIQUE REFERENCES invitations (id) ON DELETE SET NULL,
    granted_by uuid REFERENCES users (id) ON DELETE SET NULL,
    granted_at timestamptz NOT NULL DEFAULT now(),
    booked_at timestamptz
);
CREATE INDEX opening_credits_unbooked ON opening_credits (granted_at) WHERE booked_at IS NULL;
CALL isolate_by_tenant('opening_credits');

GRANT CREATE ON SCHEMA public TO echosensei_system;
GRANT SELECT, INSERT, UPDATE ON invitations TO echosensei_app;
GRANT SELECT, INSERT ON agency_terms, opening_credits TO echosensei_app;
GRANT SELECT ON invitations TO echosensei_system;

-- The ceiling of a membership holds for the invitation to it: nobody promises what he could not give.
CREATE FUNCTION check_invitation_ceiling() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    author uuid := current_user_id();
    own uuid[];
BEGIN
    IF NEW.kind <> 'member' THEN
        RETURN NEW;
    END IF;
    IF NEW.role_id IS NULL AND NOT EXISTS (SELECT FROM role_templates t JOIN organizations o ON o.kind = t.kind
                                           WHERE t.key = NEW.role AND o.id = NEW.organization_id) THEN
        RAISE EXCEPTION 'role % can not be given here', NEW.role USING ERRCODE = 'EC002';
    END IF;
    IF NEW.role_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM roles r JOIN organization_closure c ON c.ancestor_id = r.organization_id AND c.descendant_id = NEW.organization_id
        JOIN organizations o ON o.id = NEW.organization_id AND o.kind = r.kind WHERE r.id = NEW.role_id) THEN
        RAISE EXCEPTION 'role % can not be given here', NEW.role_id USING ERRCODE = 'EC002';
    END IF;
    PERFORM refuse_above_author(within_ceiling(role_permissions(NEW.role, NEW.role_id), NEW.organization_id), NEW.organization_id);
    IF author IS NOT NULL THEN
        SELECT s.agents INTO own FROM standing(author, NEW.organization_id) s;
        IF own IS NOT NULL AND NOT (NEW.only_assigned_agents AND NEW.agent_ids <@ own) THEN
            RAISE EXCEPTION 'not an agent of the author' USING ERRCODE = 'EC005';
        END IF;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER invitations_ceiling BEFORE INSERT OR UPDATE OF role, role_id, invited_by, only_assigned_agents, agent_ids ON invitations
    FOR EACH ROW EXECUTE FUNCTION check_invitation_ceiling();

-- What the holder of a link may know before he accepts, and what the server must know of it: asked before any tenant is known.
CREATE FUNCTION find_invitation(wanted bytea)
    RETURNS TABLE (id uuid, organization_id uuid, kind text, email text, organization_name text, role_label text, role text,
                   role_id uuid, inviter_id uuid, inviter_name text, message text, company text, commission_basis_points int,
                   opening_credits_minor bigint, currency text, state text, expires_at timestamptz, account text, is_member boolean,
                   may_found boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT i.id, i.organization_id, i.kind, i.email, o.name,
                 coalesce((SELECT r.name FROM roles r WHERE r.id = i.role_id), (SELECT t.label FROM role_templates t WHERE t.key = i.role), i.role),
                 i.role, i.role_id, i.invited_by, coalesce(nullif(b.name, ''), b.email), i.message, i.company, i.commission_basis_points,
                 i.opening_credits_minor, i.currency, i.state, i.expires_at,
                 CASE WHEN u.id IS NULL THEN 'none' WHEN u.disabled_at IS NOT NULL THEN 'disabled'
                      -- Without any membership nobody could sign in with it.
                      WHEN EXISTS (SELECT FROM memberships m WHERE m.user_id = u.id) THEN 'active' ELSE 'dormant' END,
                 EXISTS (SELECT FROM memberships m WHERE m.user_id = u.id AND m.organization_id = i.organization_id),
                 i.kind = 'agency' AND EXISTS (SELECT FROM standing(i.invited_by, i.organization_id) s
                                               WHERE 'agencies.invite' = ANY (s.permissions))
          FROM invitations i JOIN organizations o ON o.id = i.organization_id
          LEFT JOIN users b ON b.id = i.invited_by
          LEFT JOIN users u ON u.email = i.email
          WHERE i.token_hash = wanted $$;

-- Whether somebody belongs to any organization; not to which.
CREATE FUNCTION is_member_somewhere(of_user uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT EXISTS (SELECT FROM memberships m WHERE m.user_id = of_user) $$;

DO $$
DECLARE
    f text;
BEGIN
    FOREACH f IN ARRAY ARRAY['check_invitation_ceiling()', 'is_member_somewhere(uuid)', 'find_invitation(bytea)'] LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO echosensei_system', f);
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO echosensei_app', f);
    END LOOP;
END
$$;
REVOKE CREATE ON SCHEMA public FROM echosensei_system;
