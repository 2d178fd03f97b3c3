-- Mail on its way, sent, or given up. What a message says is sealed, since it holds a link that lets its holder in, and is taken
-- away once the message was sent; what stays tells who was written to, when and why it failed.
CREATE TABLE mails (
    id uuid PRIMARY KEY,
    -- On whose behalf it is written.
    organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    recipient text NOT NULL CHECK (length(recipient) BETWEEN 3 AND 254),
    -- Which message, such as `member_invitation`.
    kind text NOT NULL,
    subject text NOT NULL,
    content_sealed bytea,
    -- kept: in the mailbox of a machine that sends none
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'failed', 'kept')),
    attempts int NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    last_error text,
    created_at timestamptz NOT NULL DEFAULT now(),
    settled_at timestamptz,
    CHECK ((state = 'waiting') = (settled_at IS NULL))
);
CREATE INDEX mails_organization ON mails (organization_id, created_at DESC);
CREATE INDEX mails_newest ON mails (created_at DESC, id DESC);
CALL isolate_by_tenant('mails');

GRANT CREATE ON SCHEMA public TO echosensei_system;
GRANT SELECT, INSERT, UPDATE ON mails TO echosensei_app;
GRANT SELECT, UPDATE ON mails TO echosensei_system;

-- As whom an organization writes: the agency it belongs to, or itself.
CREATE FUNCTION mail_sender(of_organization uuid) RETURNS TABLE (name text, contact_email text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT o.name, o.contact_email FROM organization_closure c JOIN organizations o ON o.id = c.ancestor_id
          WHERE c.descendant_id = of_organization AND o.kind <> 'customer' ORDER BY c.depth LIMIT 1 $$;

-- Whether the current organization is the platform, whose people look after the mail of all.
CREATE FUNCTION is_platform() RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT EXISTS (SELECT FROM organizations o WHERE o.id = current_organization() AND o.kind = 'platform') $$;

-- Mail of every organization, newest first, without what it says: for the platform.
CREATE FUNCTION sent_mail(wanted_state text, wanted_text text, before_time timestamptz, before_id uuid, at_most int)
    RETURNS TABLE (id uuid, organization_name text, recipient text, kind text, subject text, state text, attempts int,
                   last_error text, created_at timestamptz, settled_at timestamptz, can_retry boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT m.id, o.name, m.recipient, m.kind, m.subject, m.state, m.attempts, m.last_error, m.created_at, m.settled_at,
                 m.state = 'failed' AND m.content_sealed IS NOT NULL
          FROM mails m JOIN organizations o ON o.id = m.organization_id
          WHERE is_platform() AND (wanted_state IS NULL OR m.state = wanted_state)
            AND (wanted_text = '' OR position(lower(wanted_text) IN lower(m.recipient)) > 0
                 OR position(lower(wanted_text) IN lower(m.subject)) > 0)
            AND (before_time IS NULL OR (m.created_at, m.id) < (before_time, before_id))
          ORDER BY m.created_at DESC, m.id DESC LIMIT at_most $$;

-- Puts a message that was given up back in line. No row: there is none to send again.
CREATE FUNCTION retry_mail(wanted uuid) RETURNS TABLE (organization_id uuid)
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ UPDATE mails m SET state = 'waiting', settled_at = NULL, attempts = 0, last_error = NULL
          WHERE m.id = wanted AND m.state = 'failed' AND m.content_sealed IS NOT NULL AND is_platform()
          RETURNING m.organization_id $$;

-- The mailbox of a machine that sends none. Rows of this state are made nowhere else.
CREATE FUNCTION kept_mail(only_id uuid, at_most int)
    RETURNS TABLE (id uuid, recipient text, kind text, subject text, content_sealed bytea, created_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT m.id, m.recipient, m.kind, m.subject, m.content_sealed, m.created_at FROM mails m
          WHERE m.state = 'kept' AND (only_id IS NULL OR m.id = only_id) ORDER BY m.created_at DESC, m.id DESC LIMIT at_most $$;

-- What was given up keeps its content for a while, so that it can be sent again; by then its links have ended.
CREATE FUNCTION forget_old_mail() RETURNS bigint
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    forgotten bigint;
BEGIN
    UPDATE mails m SET content_sealed = NULL
    WHERE m.content_sealed IS NOT NULL AND m.state IN ('failed', 'kept') AND m.settled_at < now() - interval '30 days';
    GET DIAGNOSTICS forgotten = ROW_COUNT;
    RETURN forgotten;
END
$$;

DO $$
DECLARE
    f text;
BEGIN
    FOREACH f IN ARRAY ARRAY['mail_sender(uuid)', 'is_platform()', 'sent_mail(text, text, timestamptz, uuid, int)', 'retry_mail(uuid)',
                             'kept_mail(uuid, int)', 'forget_old_mail()'] LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO echosensei_system', f);
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO echosensei_app', f);
    END LOOP;
END
$$;
REVOKE CREATE ON SCHEMA public FROM echosensei_system;
