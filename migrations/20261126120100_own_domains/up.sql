-- Domains under which an organization is reached, once DNS proves that they are its own.

CREATE TABLE organization_domains (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    -- lower case, in punycode
    domain text NOT NULL CHECK (domain = lower(domain) AND length(domain) BETWEEN 4 AND 253),
    -- what its TXT record must hold
    token text NOT NULL,
    -- broken: was verified, and has not been found right for days
    state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'verified', 'broken')),
    txt_ok boolean NOT NULL DEFAULT false,
    -- as found at the last check; NULL: not asked yet, or nobody answered
    txt_seen text[],
    cname_ok boolean NOT NULL DEFAULT false,
    cname_seen text[],
    -- what is missing, in words
    reason text,
    -- checks in a row that did not find it right
    failures int NOT NULL DEFAULT 0,
    failing_since timestamptz,
    checked_at timestamptz,
    next_check_at timestamptz NOT NULL DEFAULT now(),
    verified_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((state = 'pending') = (verified_at IS NULL)),
    UNIQUE (organization_id, id),
    UNIQUE (organization_id, domain)
);
-- Whoever proves it has it. Others may ask for the same name, so that nobody keeps one by asking first.
CREATE UNIQUE INDEX organization_domains_owner ON organization_domains (domain) WHERE verified_at IS NOT NULL;
CREATE INDEX organization_domains_due ON organization_domains (next_check_at);
CALL isolate_by_tenant('organization_domains');
GRANT SELECT, INSERT, UPDATE, DELETE ON organization_domains TO echosensei_app;
GRANT SELECT ON organization_domains TO echosensei_system;
GRANT CREATE ON SCHEMA public TO echosensei_system;

-- Whose host this is: its own domain, or its name below BASE_DOMAIN. Asked before anybody signed in.
CREATE FUNCTION organization_of_host(wanted_domain text, wanted_slug text) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT coalesce(
              (SELECT d.organization_id FROM organization_domains d
               WHERE d.domain = wanted_domain AND d.verified_at IS NOT NULL AND has_feature(d.organization_id, 'custom_domains')),
              (SELECT o.id FROM organizations o
               WHERE o.slug = wanted_slug AND o.kind <> 'platform' AND has_feature(o.id, 'white_label'))) $$;

-- The own domain of the nearest organization on the way up that has one, and whose it is.
CREATE FUNCTION own_domain_of(wanted uuid) RETURNS TABLE (organization_id uuid, domain text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT d.organization_id, d.domain FROM organization_closure c JOIN organization_domains d ON d.organization_id = c.ancestor_id
          WHERE c.descendant_id = wanted AND d.state = 'verified' AND has_feature(d.organization_id, 'custom_domains')
          ORDER BY c.depth, d.verified_at, d.id LIMIT 1 $$;

-- Domains to be checked now, of all tenants.
CREATE FUNCTION domains_due(at_most int) RETURNS TABLE (id uuid, organization_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT d.id, d.organization_id FROM organization_domains d WHERE d.next_check_at <= now()
          ORDER BY d.next_check_at LIMIT at_most $$;

-- Checks that change nothing for others are not announced: there is one a day of each domain.
CREATE FUNCTION announce_domain_change() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_notify('brand', '');
    RETURN NULL;
END
$$;
CREATE TRIGGER domain_changed AFTER UPDATE ON organization_domains FOR EACH ROW
    WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION announce_domain_change();
CREATE TRIGGER domain_removed AFTER DELETE ON organization_domains FOR EACH ROW
    WHEN (OLD.verified_at IS NOT NULL) EXECUTE FUNCTION announce_domain_change();

DO $$
DECLARE
    f text;
BEGIN
    FOREACH f IN ARRAY ARRAY['organization_of_host(text, text)', 'own_domain_of(uuid)', 'domains_due(int)'] LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO echosensei_system', f);
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO echosensei_app', f);
    END LOOP;
END
$$;
REVOKE CREATE ON SCHEMA public FROM echosensei_system;
