-- +goose Up

-- What people decided, see readout.Decision. Entries follow each other without
-- gaps and are never changed.
CREATE TABLE decision (
    seq  bigint PRIMARY KEY,
    body text COLLATE "C" NOT NULL, -- JSON of all fields but hash, with the hash of the entry before
    hash text COLLATE "C" NOT NULL  -- SHA-256 of body
);

-- +goose StatementBegin
CREATE FUNCTION decision_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log of decisions only grows' USING ERRCODE = 'integrity_constraint_violation';
END;
$$;
-- +goose StatementEnd

CREATE TRIGGER decision_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON decision FOR EACH STATEMENT EXECUTE FUNCTION decision_only_grows();

-- The end of the log, so that entries missing there are noticed, too.
CREATE TABLE decision_head (
    one  boolean PRIMARY KEY CHECK (one),
    seq  bigint NOT NULL,
    hash text COLLATE "C" NOT NULL
);

INSERT INTO decision_head (one, seq, hash) VALUES (true, 0, '');
