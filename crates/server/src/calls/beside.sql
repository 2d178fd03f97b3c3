-- What stands beside some calls of the log: $1 their starts, $2 their agents, $3 whether our titles are wanted.
-- One row. Each table is read once for all calls, by their starts: other calls that began in the same instant come along, and are
-- left aside by whoever asked. Ids of calls are no condition, for an index would try every one with every start.
SELECT (SELECT json_agg(json_build_object('id', a.id, 'name', a.name)) FROM agents a WHERE a.id = ANY ($2)) AS agents,
       (SELECT json_agg(json_build_array(s.call_id, s.title)) FROM call_summaries s
        WHERE s.organization_id = current_organization() AND s.started_at = ANY ($1) AND s.made_at IS NOT NULL
          AND s.title IS NOT NULL AND $3) AS titles,
       (SELECT json_agg(json_build_array(n.call_id, n.notes)) FROM
            (SELECT n.call_id, count(*) AS notes FROM call_notes n
             WHERE n.organization_id = current_organization() AND n.started_at = ANY ($1) GROUP BY n.call_id) n) AS notes,
       (SELECT json_agg(json_build_array(c.call_id, json_build_object('id', t.id, 'name', t.name, 'colour', t.colour))
                        ORDER BY lower(t.name))
        FROM call_tags c JOIN tags t ON t.organization_id = c.organization_id AND t.id = c.tag_id
        WHERE c.organization_id = current_organization() AND c.started_at = ANY ($1)) AS tags,
       (SELECT json_agg(json_build_array(w.call_id, json_build_object(
                   'rating', w.rating,
                   'assignee', CASE WHEN u.id IS NOT NULL THEN json_build_object('id', u.id, 'name', u.name) END,
                   'disposition', CASE WHEN d.id IS NOT NULL
                                  THEN json_build_object('id', d.id, 'name', d.name, 'archived', d.archived) END)))
        FROM call_work w
        LEFT JOIN users u ON u.id = w.assignee_id
        LEFT JOIN dispositions d ON d.organization_id = w.organization_id AND d.id = w.disposition_id
        WHERE w.organization_id = current_organization() AND w.started_at = ANY ($1)) AS work,
       (SELECT json_agg(json_build_array(r.call_id, r.is_read)) FROM call_reads r
        WHERE r.organization_id = current_organization() AND r.started_at = ANY ($1) AND r.user_id = current_user_id()) AS reads,
       (SELECT m.read_before FROM call_read_marks m
        WHERE m.organization_id = current_organization() AND m.user_id = current_user_id()) AS read_before
