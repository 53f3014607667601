-- Revisions of the record: which reports each was linked from, what became of
-- ids that later ones no longer hold, and the sentences of reports, for pages
-- that open a few of them.

-- +goose Up
CREATE TABLE revision (
    n        INTEGER PRIMARY KEY, -- from 1
    put_in   TEXT NOT NULL,       -- RFC 3339, UTC; '' unknown
    pipeline TEXT NOT NULL,       -- of most of its reports' layers
    reports  INTEGER NOT NULL,
    digest   TEXT NOT NULL        -- number of the migration, colon, SHA-256 of all rows; '' not summed
) STRICT;

CREATE TABLE revision_report (
    report TEXT NOT NULL,
    since  INTEGER NOT NULL, -- first revision that has it
    until  INTEGER,          -- last one; NULL: the present one
    PRIMARY KEY (report, since)
) STRICT, WITHOUT ROWID;

CREATE TABLE moved (
    id       TEXT NOT NULL,
    revision INTEGER NOT NULL, -- first that no longer holds it
    ord      INTEGER NOT NULL, -- successors that share most mentions first
    kind     TEXT NOT NULL,
    to_id    TEXT NOT NULL,    -- '': none
    PRIMARY KEY (id, revision, kind, ord)
) STRICT, WITHOUT ROWID;

CREATE TABLE report_sentence (
    report TEXT PRIMARY KEY REFERENCES report ON DELETE CASCADE,
    spans  BLOB NOT NULL -- see store.EncodeSpans
) STRICT, WITHOUT ROWID;

INSERT INTO revision (n, put_in, pipeline, reports, digest)
SELECT 1, (SELECT coalesce(max(read_in), '') FROM arrival),
    coalesce((SELECT pipeline FROM layers GROUP BY pipeline ORDER BY count(*) DESC, pipeline LIMIT 1), ''),
    (SELECT count(*) FROM record_report), ''
WHERE EXISTS (SELECT 1 FROM record_report);

INSERT INTO revision_report (report, since) SELECT DISTINCT report, 1 FROM record_report;
