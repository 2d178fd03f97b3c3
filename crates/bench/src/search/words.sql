-- Text for the benchmark: sentences of a few words, drawn so that the n-th word of a language comes n times as seldom as the first,
-- in five languages. The first words of each are real ones, which stop words and stemmers treat as such.
SELECT setseed(0.5);
CREATE UNLOGGED TABLE bench_words AS
SELECT lang, rank, CASE WHEN rank <= cardinality(common) THEN common[rank]
                        ELSE translate(lang || to_hex(rank * 2654435761 % 4294967296), '0123456789', 'ghijklmnop') END AS word
FROM (VALUES
    ('en', string_to_array('the to you and I a of is for it in that your on have can with my we be this not are order number please thank help delivery account address invoice today tomorrow refund question customer service appointment', ' ')),
    ('de', string_to_array('die der und ich Sie das ist in nicht zu den mit ein eine es wir auf für haben bitte danke Bestellung Nummer Lieferung Rechnung Rückerstattungen Adresse heute morgen Termin Kunde Frage Konto', ' ')),
    ('es', string_to_array('de la que el en y a los se un por con no una su para es lo pedido número gracias ayuda entrega cuenta dirección factura hoy mañana reembolso pregunta cliente servicio cita', ' ')),
    ('fr', string_to_array('de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce commande numéro merci aide livraison compte adresse facture demain remboursement question client', ' ')),
    ('pt', string_to_array('de a o que e do da em um para com não uma os no se na por mais as dos pedido número obrigado ajuda entrega conta endereço fatura hoje amanhã reembolso pergunta cliente', ' '))
) AS l (lang, common), generate_series(1, 30000) AS rank;

-- 60,000 sentences for each language
CREATE UNLOGGED TABLE bench_sentences AS
SELECT lang, id, string_agg(word, ' ' ORDER BY place) AS text FROM (
    SELECT l.lang, s AS id, place, floor(exp(random() * ln(30000)))::int AS rank
    FROM (VALUES ('en'), ('de'), ('es'), ('fr'), ('pt')) l (lang), generate_series(1, 60000) s, generate_series(1, 12) place
) AS drawn JOIN bench_words USING (lang, rank) GROUP BY lang, id;
CREATE INDEX ON bench_sentences (lang, id);
ANALYZE bench_sentences;
DROP TABLE bench_words;

-- A year of calls of one tenant, newest first; `turns` of each. Every fiftieth has "chargeback" in it, every hundred-thousandth
-- "zeppelin", each an order number of its own.
CREATE PROCEDURE bench_fill(tenant uuid, prefix text, agents int, calls bigint, turns int) LANGUAGE plpgsql AS $$
DECLARE
    connection uuid := gen_random_uuid();
BEGIN
    PERFORM set_config('app.organization_id', tenant::text, false);
    INSERT INTO connections (id, organization_id, name, base_url, api_key_sealed, api_key_last4, provider_user_id)
    VALUES (connection, tenant, 'Benchmark', 'http://127.0.0.1:1', '\x00', '0000', connection);
    INSERT INTO agents (id, organization_id, connection_id, provider_agent_id, name)
    SELECT md5(prefix || n)::uuid, tenant, connection, 'agent_' || n, 'Agent ' || n FROM generate_series(1, agents) n;
    INSERT INTO calls (id, organization_id, connection_id, agent_id, conversation_id, status, direction, outcome, started_at,
        duration_seconds, message_count, counterpart, language, title, termination_reason, cost_credits, cost_usd_micros,
        evaluation, collected, recording, detail_at)
    SELECT gen_random_uuid(), tenant, connection, md5(prefix || (1 + n % agents))::uuid, 'conv_' || n,
        CASE WHEN n % 25 = 0 THEN 'failed' ELSE 'done' END,
        (ARRAY['inbound', 'outbound', 'web'])[1 + n % 3], (ARRAY['success', 'success', 'failure', 'unknown'])[1 + (n / 7) % 4],
        now() - interval '365 days' * (n::float8 / calls), (n * 7919 % 600)::int + CASE WHEN n % 50000 = 0 THEN 3600 ELSE 0 END,
        turns, '+4930' || (1000000 + n * 7919 % 8999999), (ARRAY['en', 'en', 'en', 'de', 'de', 'es', 'fr', 'pt'])[1 + n % 8],
        'Call about order ' || n, CASE WHEN n % 20000 = 0 THEN 'transfer refused' WHEN n % 3 = 0 THEN 'agent ended the call' ELSE 'caller hung up' END,
        n % 900, n * 7919 % 900000 + CASE WHEN n % 50000 = 0 THEN 5000000 ELSE 0 END,
        jsonb_build_array(jsonb_build_object('id', 'polite', 'outcome', CASE WHEN n % 1000 = 0 THEN 'failure' ELSE 'success' END),
                          jsonb_build_object('id', 'solved', 'outcome', CASE WHEN n % 4 = 0 THEN 'failure' ELSE 'success' END)),
        jsonb_build_array(jsonb_build_object('id', 'order_number', 'value', n::text),
                          jsonb_build_object('id', 'wants', 'value', (ARRAY['delivery', 'refund', 'advice'])[1 + n % 3])),
        'available', now()
    FROM generate_series(1, calls) n;
    INSERT INTO call_turns (organization_id, call_id, started_at, position, speaker, message, at_seconds)
    SELECT c.organization_id, c.id, c.started_at, t, CASE WHEN t % 2 = 0 THEN 'agent' ELSE 'caller' END,
        s.text || CASE t WHEN 3 THEN ' A-' || c.n + 100000
                         WHEN 5 THEN CASE WHEN c.n % 50 = 0 THEN ' chargeback' ELSE '' END || CASE WHEN c.n % 100000 = 0 THEN ' zeppelin' ELSE '' END
                         ELSE '' END, t * 6
    FROM (SELECT *, substr(conversation_id, 6)::bigint AS n FROM calls WHERE organization_id = tenant AND conversation_id LIKE 'conv\__%') c,
        generate_series(0, turns - 1) t,
        LATERAL (SELECT text FROM bench_sentences b WHERE b.lang = c.language AND b.id = 1 + (hashint8(c.n * 100 + t) & 2147483647) % 60000) s;
END
$$;

-- Makes them found, as the server does, a thousand at a time; the part-th of so many parts.
CREATE PROCEDURE bench_index(tenant uuid, part int, parts int) LANGUAGE plpgsql AS $$
DECLARE
    batch record;
BEGIN
    PERFORM set_config('app.organization_id', tenant::text, false);
    FOR batch IN SELECT array_agg(x.id) AS ids, array_agg(x.started_at) AS starts FROM (
        SELECT c.id, c.started_at, row_number() OVER (ORDER BY c.started_at) / 1000 AS n FROM calls c WHERE c.organization_id = tenant) x
        WHERE x.n % parts = part GROUP BY x.n ORDER BY x.n LOOP
        PERFORM index_calls(batch.ids, batch.starts);
        COMMIT;
    END LOOP;
END
$$;
