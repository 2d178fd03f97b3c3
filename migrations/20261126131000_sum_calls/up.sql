-- Sums over calls, so that no page counts a million rows.
--
-- Every change of calls appends what it changes in the sums to `call_sum_changes`, in its own transaction: nobody waits for a
-- row that others change too, and what is rolled back was never counted. `fold_call_sums` adds the changes to the sums and removes
-- them, in one transaction, every minute. Who reads adds both up (`call_figures`), so that figures are exact at any moment.
--
-- A quarter of an hour divides the offset of every zone, so that hours and days of any zone are made of whole buckets.
CREATE TABLE call_sums (
    organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    -- no foreign key: when an agent goes, its calls go, and with them what they add up to
    agent_id uuid NOT NULL,
    -- beginning of the quarter of an hour in which the calls started
    bucket timestamptz NOT NULL,
    calls bigint NOT NULL,
    seconds bigint NOT NULL,
    successful bigint NOT NULL,
    unsuccessful bigint NOT NULL,
    failed bigint NOT NULL,
    cost_usd_micros bigint NOT NULL,
    PRIMARY KEY (organization_id, bucket, agent_id)
);
CREATE INDEX call_sums_agent ON call_sums (organization_id, agent_id, bucket);
CREATE INDEX call_sums_empty ON call_sums (organization_id) WHERE calls = 0;
CALL isolate_by_tenant('call_sums');

CREATE TABLE call_sum_changes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    agent_id uuid NOT NULL,
    bucket timestamptz NOT NULL,
    calls bigint NOT NULL,
    seconds bigint NOT NULL,
    successful bigint NOT NULL,
    unsuccessful bigint NOT NULL,
    failed bigint NOT NULL,
    cost_usd_micros bigint NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 2000);
CREATE INDEX call_sum_changes_bucket ON call_sum_changes (organization_id, bucket);
CALL isolate_by_tenant('call_sum_changes');

-- The same by day on the organization's own clock: what lists of organizations and monthly limits read. Kept while changes are
-- folded, made anew when the zone changes.
CREATE TABLE organization_days (
    organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    day date NOT NULL,
    calls bigint NOT NULL,
    seconds bigint NOT NULL,
    successful bigint NOT NULL,
    unsuccessful bigint NOT NULL,
    failed bigint NOT NULL,
    cost_usd_micros bigint NOT NULL,
    PRIMARY KEY (organization_id, day)
);
CALL isolate_by_tenant('organization_days');

-- Who sees only his agents sees what these add up to.
CREATE POLICY only_assigned ON call_sums AS RESTRICTIVE TO echosensei_app
    USING (current_agents() IS NULL OR agent_id = ANY (current_agents()));
CREATE POLICY only_assigned ON call_sum_changes AS RESTRICTIVE TO echosensei_app
    USING (current_agents() IS NULL OR agent_id = ANY (current_agents()));
CREATE POLICY only_assigned ON organization_days AS RESTRICTIVE TO echosensei_app
    USING (current_agents() IS NULL);

GRANT SELECT ON call_sums, call_sum_changes, organization_days TO echosensei_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON call_sums, call_sum_changes, organization_days TO echosensei_system;

CREATE VIEW call_figures WITH (security_invoker = true) AS
    SELECT organization_id, agent_id, bucket, calls, seconds, successful, unsuccessful, failed, cost_usd_micros FROM call_sums
    UNION ALL
    SELECT organization_id, agent_id, bucket, calls, seconds, successful, unsuccessful, failed, cost_usd_micros FROM call_sum_changes;
GRANT SELECT ON call_figures TO echosensei_app, echosensei_system;

GRANT CREATE ON SCHEMA public TO echosensei_system;

CREATE FUNCTION call_bucket(moment timestamptz) RETURNS timestamptz
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN date_bin(interval '15 minutes', moment, timestamptz '2000-01-01Z');

-- What stood before is taken off, what stands now is added; what is the same cancels out.
CREATE FUNCTION note_call_sums() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO call_sum_changes (organization_id, agent_id, bucket, calls, seconds, successful, unsuccessful, failed, cost_usd_micros)
        SELECT organization_id, agent_id, call_bucket(started_at), count(*), sum(duration_seconds),
               count(*) FILTER (WHERE outcome = 'success'), count(*) FILTER (WHERE outcome = 'failure'),
               count(*) FILTER (WHERE status = 'failed'), coalesce(sum(cost_usd_micros), 0)
        FROM new_rows GROUP BY 1, 2, 3;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO call_sum_changes (organization_id, agent_id, bucket, calls, seconds, successful, unsuccessful, failed, cost_usd_micros)
        SELECT organization_id, agent_id, call_bucket(started_at), -count(*), -sum(duration_seconds),
               -count(*) FILTER (WHERE outcome = 'success'), -count(*) FILTER (WHERE outcome = 'failure'),
               -count(*) FILTER (WHERE status = 'failed'), -coalesce(sum(cost_usd_micros), 0)
        FROM old_rows o
        -- with the organization goes what it adds up to
        WHERE EXISTS (SELECT FROM organizations x WHERE x.id = o.organization_id)
        GROUP BY 1, 2, 3;
    ELSE
        INSERT INTO call_sum_changes (organization_id, agent_id, bucket, calls, seconds, successful, unsuccessful, failed, cost_usd_micros)
        SELECT organization_id, agent_id, call_bucket(started_at), sum(sign), sum(sign * duration_seconds),
               coalesce(sum(sign) FILTER (WHERE outcome = 'success'), 0), coalesce(sum(sign) FILTER (WHERE outcome = 'failure'), 0),
               coalesce(sum(sign) FILTER (WHERE status = 'failed'), 0), coalesce(sum(sign * cost_usd_micros), 0)
        FROM (SELECT 1 AS sign, organization_id, agent_id, started_at, duration_seconds, outcome, status, cost_usd_micros FROM new_rows
              UNION ALL SELECT -1, organization_id, agent_id, started_at, duration_seconds, outcome, status, cost_usd_micros FROM old_rows) x
        GROUP BY 1, 2, 3
        HAVING sum(sign) <> 0 OR sum(sign * duration_seconds) <> 0
            OR coalesce(sum(sign) FILTER (WHERE outcome = 'success'), 0) <> 0
            OR coalesce(sum(sign) FILTER (WHERE outcome = 'failure'), 0) <> 0
            OR coalesce(sum(sign) FILTER (WHERE status = 'failed'), 0) <> 0
            OR coalesce(sum(sign * cost_usd_micros), 0) <> 0;
    END IF;
    RETURN NULL;
END
$$;

-- Days of one organization out of its buckets.
CREATE FUNCTION sum_organization_days(of_organization uuid) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ INSERT INTO organization_days
          SELECT s.organization_id, (s.bucket AT TIME ZONE o.timezone)::date, sum(s.calls), sum(s.seconds), sum(s.successful),
                 sum(s.unsuccessful), sum(s.failed), sum(s.cost_usd_micros)
          FROM call_sums s JOIN organizations o ON o.id = s.organization_id
          WHERE o.id = of_organization GROUP BY 1, 2 $$;

-- Adds at most so many changes to the sums; how many it were. One at a time: another one that comes meanwhile does nothing.
CREATE FUNCTION fold_call_sums(at_most int) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    folded bigint;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('fold_call_sums')) THEN
        RETURN 0;
    END IF;
    WITH gone AS (
        DELETE FROM call_sum_changes d USING (SELECT c.id FROM call_sum_changes c ORDER BY c.id LIMIT at_most) part
        WHERE d.id = part.id RETURNING d.*
    ), summed AS (
        INSERT INTO call_sums AS s (organization_id, agent_id, bucket, calls, seconds, successful, unsuccessful, failed, cost_usd_micros)
        SELECT organization_id, agent_id, bucket, sum(calls), sum(seconds), sum(successful), sum(unsuccessful), sum(failed), sum(cost_usd_micros)
        FROM gone GROUP BY 1, 2, 3
        ON CONFLICT (organization_id, bucket, agent_id) DO UPDATE SET
            calls = s.calls + excluded.calls, seconds = s.seconds + excluded.seconds, successful = s.successful + excluded.successful,
            unsuccessful = s.unsuccessful + excluded.unsuccessful, failed = s.failed + excluded.failed,
            cost_usd_micros = s.cost_usd_micros + excluded.cost_usd_micros
    ), by_day AS (
        INSERT INTO organization_days AS d (organization_id, day, calls, seconds, successful, unsuccessful, failed, cost_usd_micros)
        SELECT g.organization_id, (g.bucket AT TIME ZONE o.timezone)::date, sum(g.calls), sum(g.seconds), sum(g.successful),
               sum(g.unsuccessful), sum(g.failed), sum(g.cost_usd_micros)
        FROM gone g JOIN organizations o ON o.id = g.organization_id GROUP BY 1, 2
        ON CONFLICT (organization_id, day) DO UPDATE SET
            calls = d.calls + excluded.calls, seconds = d.seconds + excluded.seconds, successful = d.successful + excluded.successful,
            unsuccessful = d.unsuccessful + excluded.unsuccessful, failed = d.failed + excluded.failed,
            cost_usd_micros = d.cost_usd_micros + excluded.cost_usd_micros
    )
    SELECT count(*) INTO folded FROM gone;
    -- Of calls that were moved or erased nothing is left to keep.
    DELETE FROM call_sums s WHERE s.calls = 0 AND (s.seconds, s.successful, s.unsuccessful, s.failed, s.cost_usd_micros) = (0, 0, 0, 0, 0);
    RETURN folded;
END
$$;

-- Days begin elsewhere in another zone. Nobody folds meanwhile.
CREATE FUNCTION move_organization_days() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.timezone <> OLD.timezone THEN
        PERFORM pg_advisory_xact_lock(hashtext('fold_call_sums'));
        DELETE FROM organization_days d WHERE d.organization_id = NEW.id;
        PERFORM sum_organization_days(NEW.id);
    END IF;
    RETURN NULL;
END
$$;

-- Days of one organization from `since` on, folded or not.
CREATE FUNCTION days_of(of_organization uuid, since date)
    RETURNS TABLE (day date, calls bigint, seconds bigint, successful bigint, unsuccessful bigint, failed bigint, cost_usd_micros bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$ SELECT x.day, sum(x.calls)::bigint, sum(x.seconds)::bigint, sum(x.successful)::bigint, sum(x.unsuccessful)::bigint,
                 sum(x.failed)::bigint, sum(x.cost_usd_micros)::bigint
          FROM (SELECT d.day, d.calls, d.seconds, d.successful, d.unsuccessful, d.failed, d.cost_usd_micros FROM organization_days d
                WHERE d.organization_id = of_organization AND d.day >= since
                UNION ALL
                SELECT (c.bucket AT TIME ZONE o.timezone)::date, c.calls, c.seconds, c.successful, c.unsuccessful, c.failed, c.cost_usd_micros
                FROM call_sum_changes c JOIN organizations o ON o.id = c.organization_id
                WHERE c.organization_id = of_organization AND c.bucket >= since::timestamp AT TIME ZONE o.timezone) x
          GROUP BY 1 $$;

-- What there is so far. Row security is forced on the owner of the tables too, so it is lifted for the first sums; the locks keep
-- everybody else out until the migration ends.
LOCK TABLE calls, organizations IN SHARE ROW EXCLUSIVE MODE;
ALTER TABLE calls NO FORCE ROW LEVEL SECURITY;
ALTER TABLE organizations NO FORCE ROW LEVEL SECURITY;
ALTER TABLE call_sums NO FORCE ROW LEVEL SECURITY;
ALTER TABLE organization_days NO FORCE ROW LEVEL SECURITY;
INSERT INTO call_sums (organization_id, agent_id, bucket, calls, seconds, successful, unsuccessful, failed, cost_usd_micros)
SELECT organization_id, agent_id, call_bucket(started_at), count(*), sum(duration_seconds), count(*) FILTER (WHERE outcome = 'success'),
       count(*) FILTER (WHERE outcome = 'failure'), count(*) FILTER (WHERE status = 'failed'), coalesce(sum(cost_usd_micros), 0)
FROM calls GROUP BY 1, 2, 3;
INSERT INTO organization_days
SELECT s.organization_id, (s.bucket AT TIME ZONE o.timezone)::date, sum(s.calls), sum(s.seconds), sum(s.successful), sum(s.unsuccessful),
       sum(s.failed), sum(s.cost_usd_micros)
FROM call_sums s JOIN organizations o ON o.id = s.organization_id GROUP BY 1, 2;
ALTER TABLE calls FORCE ROW LEVEL SECURITY;
ALTER TABLE organizations FORCE ROW LEVEL SECURITY;
ALTER TABLE call_sums FORCE ROW LEVEL SECURITY;
ALTER TABLE organization_days FORCE ROW LEVEL SECURITY;

CREATE TRIGGER sum_inserted AFTER INSERT ON calls REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION note_call_sums();
CREATE TRIGGER sum_updated AFTER UPDATE ON calls REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION note_call_sums();
CREATE TRIGGER sum_deleted AFTER DELETE ON calls REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION note_call_sums();
CREATE TRIGGER organizations_days AFTER UPDATE OF timezone ON organizations FOR EACH ROW EXECUTE FUNCTION move_organization_days();

DO $$
DECLARE
    f text;
BEGIN
    FOREACH f IN ARRAY ARRAY['note_call_sums()', 'sum_organization_days(uuid)', 'fold_call_sums(int)', 'move_organization_days()',
                             'days_of(uuid, date)'] LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO echosensei_system', f);
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    END LOOP;
END
$$;
-- The others are asked by functions alone: `days_of` would tell of any organization.
GRANT EXECUTE ON FUNCTION fold_call_sums(int) TO echosensei_app;
REVOKE CREATE ON SCHEMA public FROM echosensei_system;
