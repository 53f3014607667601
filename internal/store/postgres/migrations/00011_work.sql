-- +goose Up

-- What workers share besides River's jobs, see package work.

-- Programs that take jobs. Each holds the advisory lock (0x52444f54, n) while it
-- lives.
CREATE TABLE work_worker (
    n          serial PRIMARY KEY,
    id         text COLLATE "C" NOT NULL UNIQUE, -- as in river_job.attempted_by
    host       text COLLATE "C" NOT NULL,
    pid        integer NOT NULL,
    readers    integer NOT NULL, -- reports that it reads at once
    version    text COLLATE "C" NOT NULL, -- of its annotators, shortened
    started_at timestamptz NOT NULL,
    seen_at    timestamptz NOT NULL
);

-- What was read or refused and is not in the record yet.
CREATE TABLE work_unlinked (
    n    bigserial PRIMARY KEY,
    path text COLLATE "C" NOT NULL
);

-- The last linking.
CREATE TABLE work_linked (
    one      boolean PRIMARY KEY CHECK (one),
    at       timestamptz NOT NULL, -- when it ended
    seconds  double precision NOT NULL,
    reports  integer NOT NULL, -- that it took in
    revision integer NOT NULL -- of the record after it
);
