-- How an organization wants its calls summarized. NULL: as the organization above has it.
CREATE TABLE summary_settings (
    organization_id uuid PRIMARY KEY REFERENCES organizations (id),
    automatic boolean,
    prompt text CHECK (char_length(prompt) BETWEEN 1 AND 4000),
    -- a code such as `de`, or `call`: the language of the call
    language text CHECK (char_length(language) BETWEEN 2 AND 20),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CALL isolate_by_tenant('summary_settings');
GRANT SELECT, INSERT, UPDATE, DELETE ON summary_settings TO echosensei_app;
GRANT SELECT ON summary_settings TO echosensei_system;

-- Summarizing many calls at once, on somebody's order.
CREATE TABLE summary_runs (
    organization_id uuid NOT NULL REFERENCES organizations (id),
    id uuid NOT NULL,
    state text NOT NULL DEFAULT 'collecting' CHECK (state IN ('collecting', 'running', 'done', 'cancelled')),
    -- CallFilter of crates/shared
    filter jsonb NOT NULL DEFAULT '{}',
    -- only calls without a summary of ours
    only_missing boolean NOT NULL DEFAULT true,
    -- of these agents only: the order was given by somebody who sees no others
    agents uuid[],
    -- calls that were found to belong to it
    total bigint NOT NULL DEFAULT 0,
    -- the last call that was looked at, newest first
    last_started_at timestamptz,
    last_call_id uuid,
    created_by uuid REFERENCES users (id) ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    PRIMARY KEY (organization_id, id)
);
CREATE UNIQUE INDEX summary_runs_one_at_a_time ON summary_runs (organization_id) WHERE state IN ('collecting', 'running');
CREATE INDEX summary_runs_latest ON summary_runs (organization_id, created_at DESC);
CALL isolate_by_tenant('summary_runs');
GRANT SELECT, INSERT, UPDATE, DELETE ON summary_runs TO echosensei_app;

-- The summary of a call, one row a call, and where it stands. It follows its call: into another organization, and away.
--   pending     one is to be made; what was made before is shown until then
--   done        ours is there
--   failed      `error` says why
--   not_wanted  `error` says why: nothing was said, or nobody wants one
--   provider    no key is set, so the provider's own is shown
-- A call without a row was never asked about: history, for example. Its provider's summary is shown.
CREATE TABLE call_summaries (
    organization_id uuid NOT NULL,
    call_id uuid NOT NULL,
    -- of the call
    started_at timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('pending', 'done', 'failed', 'not_wanted', 'provider')),
    -- counts how often a person asked for another one
    generation int NOT NULL DEFAULT 0,
    -- failed tries of this generation
    attempts int NOT NULL DEFAULT 0,
    error text,
    next_try_at timestamptz,
    run_id uuid,
    -- SHA-256 of the transcript that `state` is about
    digest bytea,
    title text,
    summary text,
    intent text,
    topics text[] NOT NULL DEFAULT '{}',
    action_items text[] NOT NULL DEFAULT '{}',
    sentiment text CHECK (sentiment IN ('positive', 'neutral', 'negative', 'mixed')),
    language text,
    model text,
    -- turns in the middle of a very long call that were not sent
    turns_left_out int NOT NULL DEFAULT 0,
    made_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, started_at, call_id),
    FOREIGN KEY (organization_id, started_at, call_id) REFERENCES calls (organization_id, started_at, id)
        ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX call_summaries_run ON call_summaries (organization_id, run_id) WHERE run_id IS NOT NULL;
CREATE INDEX call_summaries_unfinished ON call_summaries (organization_id, state) WHERE state IN ('pending', 'failed');
CALL isolate_by_tenant('call_summaries');
GRANT SELECT, INSERT, UPDATE, DELETE ON call_summaries TO echosensei_app;
GRANT SELECT ON call_summaries TO echosensei_system;

-- What was sent to the model. The key is the promise that nothing is sent twice: whoever is to send a transcript with a prompt
-- claims the row first. A claim whose answer never came (a process that was killed, a connection that broke) is sent once more;
-- lost a second time, it is given up. `lost` counts those, so that what may have been paid twice is known.
CREATE TABLE summary_requests (
    organization_id uuid NOT NULL,
    call_id uuid NOT NULL,
    started_at timestamptz NOT NULL,
    -- SHA-256 of the transcript
    digest bytea NOT NULL,
    -- SHA-256 of instructions, language and shape
    prompt_version text NOT NULL,
    generation int NOT NULL,
    --   sent      on its way, or its answer is lost
    --   refused   answered with an error: nothing was made of it, it may be sent again
    --   answered  made the summary
    --   unusable  answered, but never in the shape asked for
    state text NOT NULL CHECK (state IN ('sent', 'refused', 'answered', 'unusable')),
    sends int NOT NULL DEFAULT 1,
    lost int NOT NULL DEFAULT 0,
    model text,
    input_tokens bigint NOT NULL DEFAULT 0,
    output_tokens bigint NOT NULL DEFAULT 0,
    -- NULL: the model's price is not known
    cost_usd_micros bigint,
    claimed_at timestamptz NOT NULL DEFAULT now(),
    answered_at timestamptz,
    PRIMARY KEY (organization_id, started_at, call_id, digest, prompt_version, generation),
    FOREIGN KEY (organization_id, started_at, call_id) REFERENCES calls (organization_id, started_at, id)
        ON UPDATE CASCADE ON DELETE CASCADE
);
CALL isolate_by_tenant('summary_requests');
GRANT SELECT, INSERT, UPDATE, DELETE ON summary_requests TO echosensei_app;

GRANT CREATE ON SCHEMA public TO echosensei_system;

-- What holds for the current organization, or with `above` what would hold without its own settings: of each the nearest that is set.
CREATE FUNCTION summary_settings_in_effect(above boolean)
    RETURNS TABLE (automatic boolean, prompt text, language text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    AS $$
    WITH line AS (
        SELECT c.depth, s.automatic, s.prompt, s.language
        FROM organization_closure c JOIN summary_settings s ON s.organization_id = c.ancestor_id
        WHERE c.descendant_id = current_organization() AND (c.depth > 0 OR NOT above))
    SELECT (SELECT l.automatic FROM line l WHERE l.automatic IS NOT NULL ORDER BY l.depth LIMIT 1),
           (SELECT l.prompt FROM line l WHERE l.prompt IS NOT NULL ORDER BY l.depth LIMIT 1),
           (SELECT l.language FROM line l WHERE l.language IS NOT NULL ORDER BY l.depth LIMIT 1) $$;
ALTER FUNCTION summary_settings_in_effect(boolean) OWNER TO echosensei_system;
REVOKE ALL ON FUNCTION summary_settings_in_effect(boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION summary_settings_in_effect(boolean) TO echosensei_app;

REVOKE CREATE ON SCHEMA public FROM echosensei_system;
