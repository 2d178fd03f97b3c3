-- How an organization looks to its people: name, colour, pictures, texts. NULL: as the organization above.

CREATE TABLE organization_branding (
    organization_id uuid PRIMARY KEY REFERENCES organizations (id) ON DELETE CASCADE,
    app_name text CHECK (length(app_name) BETWEEN 1 AND 60),
    colour text CHECK (colour ~ '^#[0-9a-f]{6}$'),
    sender_name text CHECK (length(sender_name) BETWEEN 1 AND 60),
    support_url text CHECK (length(support_url) BETWEEN 1 AND 300),
    docs_url text CHECK (length(docs_url) BETWEEN 1 AND 300),
    sign_in_title text CHECK (length(sign_in_title) BETWEEN 1 AND 80),
    sign_in_text text CHECK (length(sign_in_text) BETWEEN 1 AND 400),
    -- once hidden, hidden below as well
    hides_platform boolean NOT NULL DEFAULT false,
    -- names of files such as `<SHA-256>.png`, stored under the organization's folder
    logo text CHECK (logo ~ '^[0-9a-f]{64}\.[a-z]{3,4}$'),
    logo_dark text CHECK (logo_dark ~ '^[0-9a-f]{64}\.[a-z]{3,4}$'),
    favicon text CHECK (favicon ~ '^[0-9a-f]{64}\.[a-z]{3,4}$'),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL isolate_by_tenant('organization_branding');
GRANT SELECT, INSERT, UPDATE, DELETE ON organization_branding TO echosensei_app;
GRANT SELECT ON organization_branding TO echosensei_system;
GRANT CREATE ON SCHEMA public TO echosensei_system;

-- A feature is on where nobody above, nor the organization itself, has it off.
CREATE FUNCTION has_feature(of_organization uuid, feature text) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT NOT EXISTS (SELECT FROM organization_closure c JOIN organizations o ON o.id = c.ancestor_id
                             WHERE c.descendant_id = of_organization AND feature = ANY (o.features_off)) $$;

-- What makes up the look of an organization: its own row, then those above it. NULL: of the platform. Shown before anybody signed
-- in, so it tells nothing else. A brand that may not be used any more is as good as none.
CREATE FUNCTION branding_of(wanted uuid)
    RETURNS TABLE (organization_id uuid, kind text, slug text, app_name text, colour text, sender_name text, support_url text,
                   docs_url text, sign_in_title text, sign_in_text text, hides_platform boolean, logo text, logo_dark text,
                   favicon text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT o.id, o.kind, o.slug, b.app_name, b.colour, b.sender_name, b.support_url, b.docs_url, b.sign_in_title,
                 b.sign_in_text, coalesce(b.hides_platform, false), b.logo, b.logo_dark, b.favicon
          FROM organization_closure c JOIN organizations o ON o.id = c.ancestor_id
          LEFT JOIN organization_branding b ON b.organization_id = o.id AND has_feature(o.id, 'white_label')
          WHERE c.descendant_id = coalesce(wanted, (SELECT p.id FROM organizations p WHERE p.kind = 'platform'))
          ORDER BY c.depth $$;

-- Every server forgets the looks that it remembers.
CREATE FUNCTION announce_brand_change() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_notify('brand', '');
    RETURN NULL;
END
$$;
CREATE TRIGGER brand_changed AFTER INSERT OR UPDATE OR DELETE ON organization_branding
    FOR EACH STATEMENT EXECUTE FUNCTION announce_brand_change();
CREATE TRIGGER brand_changed AFTER INSERT OR DELETE OR UPDATE OF slug, features_off ON organizations
    FOR EACH STATEMENT EXECUTE FUNCTION announce_brand_change();

DO $$
DECLARE
    f text;
BEGIN
    FOREACH f IN ARRAY ARRAY['has_feature(uuid, text)', 'branding_of(uuid)'] LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO echosensei_system', f);
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO echosensei_app', f);
    END LOOP;
END
$$;
REVOKE CREATE ON SCHEMA public FROM echosensei_system;
