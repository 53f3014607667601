-- +goose Up

-- Who has which item of the review queue before them, so that two people do
-- not work on one.
CREATE TABLE review_lease (
    item   TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    until  TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What readers sent with “Report a mistake”.
CREATE TABLE mistake (
    id         TEXT PRIMARY KEY, -- see store.Mistake
    at         TEXT NOT NULL,
    who        TEXT NOT NULL,
    report     TEXT NOT NULL,
    span_start INTEGER NOT NULL,
    span_end   INTEGER NOT NULL,
    note       TEXT NOT NULL
) STRICT, WITHOUT ROWID;
