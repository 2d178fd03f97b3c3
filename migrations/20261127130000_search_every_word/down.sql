ALTER TABLE calls ADD COLUMN words tsvector NOT NULL DEFAULT '';
CREATE INDEX calls_words ON calls USING gin (words);
DROP TRIGGER search_follows ON calls;
DROP TRIGGER search_forgets ON calls;
DROP FUNCTION matched_turns(uuid[], timestamptz[], text, text, text, text, int);
DROP FUNCTION search_calls(text, text, text, jsonb, timestamptz, timestamptz, timestamptz, uuid, int);
DROP FUNCTION search_marks(jsonb, uuid[]);
DROP FUNCTION search_steps(text, float8, float8);
DROP FUNCTION search_words(text, text);
DROP FUNCTION search_query_words(tsquery);
DROP FUNCTION forget_terms(int);
DROP FUNCTION search_follows_call();
DROP FUNCTION index_calls(uuid[], timestamptz[]);
DROP FUNCTION is_search_term(text);
DROP FUNCTION call_words(regconfig, text, text, text);
DROP FUNCTION numbers_in(text);
DROP FUNCTION call_marks(calls, regconfig);
DROP FUNCTION search_places(uuid, timestamptz);
DROP FUNCTION search_quarter(timestamptz);
DROP FUNCTION search_step(double precision);
DROP FUNCTION search_literal(text);
DROP FUNCTION search_config(text);
DROP TABLE search_terms_in_doubt;
DROP TABLE search_terms;
DROP TABLE call_search;
-- As it was; words are those of calls that come from now on.
CREATE OR REPLACE FUNCTION search_calls(
    words_wanted text, number_wanted text, only_agent uuid, only_status text, only_direction text, only_outcome text,
    from_time timestamptz, to_time timestamptz, before_time timestamptz, before_id uuid, at_most int)
    RETURNS TABLE (id uuid, started_at timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    tenant uuid := current_organization();
    condition text := '';
    newest timestamptz := least(before_time, to_time, now() + interval '1 day');
    since timestamptz;
    until timestamptz;
    found bigint;
    missing bigint := at_most;
BEGIN
    IF tenant IS NULL THEN
        RETURN;
    END IF;
    IF words_wanted IS NOT NULL AND number_wanted IS NOT NULL THEN
        condition := format(' AND (c.words @@ websearch_to_tsquery(''simple'', %L) OR c.counterpart LIKE %L)',
                            words_wanted, '%' || number_wanted || '%');
    ELSIF words_wanted IS NOT NULL THEN
        condition := format(' AND c.words @@ websearch_to_tsquery(''simple'', %L)', words_wanted);
    ELSIF number_wanted IS NOT NULL THEN
        condition := format(' AND c.counterpart LIKE %L', '%' || number_wanted || '%');
    END IF;
    IF only_agent IS NOT NULL THEN condition := condition || format(' AND c.agent_id = %L', only_agent); END IF;
    IF only_status IS NOT NULL THEN condition := condition || format(' AND c.status = %L', only_status); END IF;
    IF only_direction IS NOT NULL THEN condition := condition || format(' AND c.direction = %L', only_direction); END IF;
    IF only_outcome IS NOT NULL THEN condition := condition || format(' AND c.outcome = %L', only_outcome); END IF;
    IF from_time IS NOT NULL THEN condition := condition || format(' AND c.started_at >= %L', from_time); END IF;
    IF to_time IS NOT NULL THEN condition := condition || format(' AND c.started_at < %L', to_time); END IF;
    IF before_time IS NOT NULL THEN
        condition := condition || format(' AND (c.started_at, c.id) < (%L::timestamptz, %L::uuid)', before_time, before_id);
    END IF;
    FOREACH since IN ARRAY ARRAY[newest - interval '8 days', newest - interval '62 days', '-infinity'] LOOP
        RETURN QUERY EXECUTE format(
            'SELECT c.id, c.started_at FROM calls c WHERE c.organization_id = %L%s%s%s ORDER BY c.started_at DESC, c.id DESC LIMIT %s',
            tenant, CASE WHEN isfinite(since) THEN format(' AND c.started_at >= %L', since) END,
            CASE WHEN until IS NOT NULL THEN format(' AND c.started_at < %L', until) END, condition, missing);
        GET DIAGNOSTICS found = ROW_COUNT;
        missing := missing - found;
        EXIT WHEN missing <= 0 OR since <= from_time;
        until := since;
    END LOOP;
END
$$;
GRANT CREATE ON SCHEMA public TO echosensei_system;
ALTER FUNCTION search_calls(text, text, uuid, text, text, text, timestamptz, timestamptz, timestamptz, uuid, int) OWNER TO echosensei_system;
REVOKE CREATE ON SCHEMA public FROM echosensei_system;
REVOKE ALL ON FUNCTION search_calls(text, text, uuid, text, text, text, timestamptz, timestamptz, timestamptz, uuid, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION search_calls(text, text, uuid, text, text, text, timestamptz, timestamptz, timestamptz, uuid, int) TO echosensei_app;
