-- +goose Up

-- What people decided, see readout.Decision. Entries follow each other without
-- gaps and are never changed.
CREATE TABLE decision (
    seq  INTEGER PRIMARY KEY,
    body TEXT NOT NULL, -- JSON of all fields but hash, with the hash of the entry before
    hash TEXT NOT NULL  -- SHA-256 of body
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER decision_appends BEFORE INSERT ON decision
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM decision)
BEGIN
    SELECT RAISE(ABORT, 'the log of decisions only grows');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER decision_stays BEFORE UPDATE ON decision
BEGIN
    SELECT RAISE(ABORT, 'the log of decisions only grows');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER decision_keeps BEFORE DELETE ON decision
BEGIN
    SELECT RAISE(ABORT, 'the log of decisions only grows');
END;
-- +goose StatementEnd

-- The end of the log, so that entries missing there are noticed, too.
CREATE TABLE decision_head (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    seq  INTEGER NOT NULL,
    hash TEXT NOT NULL
) STRICT;

INSERT INTO decision_head (one, seq, hash) VALUES (1, 0, '');
