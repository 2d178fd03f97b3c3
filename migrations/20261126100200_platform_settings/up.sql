-- What the platform decides for all, one row.
CREATE TABLE platform_settings (
    organization_id uuid PRIMARY KEY REFERENCES organizations (id) ON DELETE CASCADE,
    -- Anybody may found an agency.
    registration_open boolean NOT NULL DEFAULT false,
    -- Of agencies that register themselves.
    registration_commission_basis_points int NOT NULL DEFAULT 0 CHECK (registration_commission_basis_points BETWEEN 0 AND 10000),
    invitation_days int NOT NULL DEFAULT 7 CHECK (invitation_days BETWEEN 1 AND 90),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL isolate_by_tenant('platform_settings');

GRANT CREATE ON SCHEMA public TO echosensei_system;
GRANT SELECT, INSERT, UPDATE ON platform_settings TO echosensei_app;
GRANT SELECT ON platform_settings TO echosensei_system;

-- Asked by every tenant, and by the sign-in page before any is known.
CREATE FUNCTION platform_rules()
    RETURNS TABLE (organization_id uuid, registration_open boolean, registration_commission_basis_points int, invitation_days int)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT o.id, coalesce(s.registration_open, false), coalesce(s.registration_commission_basis_points, 0),
                 coalesce(s.invitation_days, 7)
          FROM organizations o LEFT JOIN platform_settings s ON s.organization_id = o.id WHERE o.kind = 'platform' $$;
ALTER FUNCTION platform_rules() OWNER TO echosensei_system;
REVOKE ALL ON FUNCTION platform_rules() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION platform_rules() TO echosensei_app;
REVOKE CREATE ON SCHEMA public FROM echosensei_system;
