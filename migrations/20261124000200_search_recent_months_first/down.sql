CREATE OR REPLACE FUNCTION search_calls(
    words_wanted text, number_wanted text, only_agent uuid, only_status text, only_direction text, only_outcome text,
    from_time timestamptz, to_time timestamptz, before_time timestamptz, before_id uuid, at_most int)
    RETURNS TABLE (id uuid, started_at timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    tenant uuid := current_organization();
    condition text := '';
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
    RETURN QUERY EXECUTE format(
        'SELECT c.id, c.started_at FROM calls c WHERE c.organization_id = %L %s ORDER BY c.started_at DESC, c.id DESC LIMIT %s',
        tenant, condition, at_most);
END
$$;
