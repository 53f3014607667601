-- +goose Up

-- Who has which item of the review queue before them, so that two people do
-- not work on one.
CREATE TABLE review_lease (
    item text COLLATE "C" PRIMARY KEY,
    holder text COLLATE "C" NOT NULL,
    until text COLLATE "C" NOT NULL
);

-- What readers sent with “Report a mistake”.
CREATE TABLE mistake (
    id text COLLATE "C" PRIMARY KEY, -- see store.Mistake
    at text COLLATE "C" NOT NULL,
    who text COLLATE "C" NOT NULL,
    report text COLLATE "C" NOT NULL,
    span_start bigint NOT NULL,
    span_end bigint NOT NULL,
    note text COLLATE "C" NOT NULL
);
