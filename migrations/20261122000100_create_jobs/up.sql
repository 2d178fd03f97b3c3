-- The durable job queue (crates/jobs).
--
-- No tenant policy, on purpose: a worker claims the next due job of any
-- organization, so it must see all rows; only the server process reaches this
-- table (no route reads it except the platform's dead-letter list), and a
-- payload holds ids only, never tenant content. Each job opens its own tenant
-- transaction for the work itself. organization_id is a label for operators,
-- without a foreign key, so that deleting an organization is not held up by
-- its queued jobs.
CREATE TABLE jobs (
    id              bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    queue           text        NOT NULL,
    name            text        NOT NULL,
    payload         jsonb       NOT NULL,
    -- 'done' is part of the vocabulary for a future retention of finished
    -- jobs; today a finished job is deleted at once to keep the table small.
    state           text        NOT NULL DEFAULT 'waiting'
                                CHECK (state IN ('waiting', 'running', 'done', 'dead')),
    priority        smallint    NOT NULL DEFAULT 0,
    -- Runs begun so far, the present one included.
    attempts        integer     NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    max_attempts    integer     NOT NULL CHECK (max_attempts > 0),
    unique_key      text,
    organization_id uuid,
    run_at          timestamptz NOT NULL DEFAULT now(),
    created_at      timestamptz NOT NULL DEFAULT now(),
    -- The lease: while it lasts, the job belongs to the worker locked_by.
    locked_until    timestamptz,
    locked_by       uuid,
    last_error      text,
    finished_at     timestamptz,
    CHECK ((state = 'running') = (locked_until IS NOT NULL)),
    CHECK ((state = 'running') = (locked_by IS NOT NULL)),
    CHECK ((state IN ('done', 'dead')) = (finished_at IS NOT NULL))
) WITH (
    -- Rows live for milliseconds: without eager vacuuming the dead ones at the
    -- head of jobs_due make each claim slower than the last.
    autovacuum_vacuum_scale_factor = 0.0,
    autovacuum_vacuum_threshold = 2000,
    autovacuum_vacuum_insert_scale_factor = 0.0,
    autovacuum_vacuum_insert_threshold = 10000,
    autovacuum_analyze_scale_factor = 0.0,
    autovacuum_analyze_threshold = 2000
);

-- The claim: next due job of a queue, in the order in which jobs are run.
CREATE INDEX jobs_due ON jobs (queue, priority DESC, run_at, id) WHERE state = 'waiting';

-- At most one waiting job per (name, key). Only 'waiting' counts: something
-- that changes while the job already runs must be able to queue the next run,
-- or its wake-up would be lost.
CREATE UNIQUE INDEX jobs_unique_waiting ON jobs (name, unique_key) WHERE state = 'waiting';

-- The claim passes over a waiting job whose key is running.
CREATE INDEX jobs_running_keys ON jobs (name, unique_key)
    WHERE state = 'running' AND unique_key IS NOT NULL;

-- Leases that have run out.
CREATE INDEX jobs_leases ON jobs (locked_until) WHERE state = 'running';

-- Dead letters, newest first.
CREATE INDEX jobs_dead ON jobs (id DESC) WHERE state = 'dead';

GRANT SELECT, INSERT, UPDATE, DELETE ON jobs TO echosensei_app;
GRANT USAGE ON SEQUENCE jobs_id_seq TO echosensei_app;
