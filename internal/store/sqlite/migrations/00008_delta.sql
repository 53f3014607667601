-- The record by difference. Each row has an owner, a report, entity, event,
-- utterance, issue, commitment or thread, and is put and taken away with it; the
-- order of lists follows from content, and ord counts within one owner only.

-- +goose Up
CREATE TABLE record_sum (
    kind TEXT NOT NULL,
    id   TEXT NOT NULL,
    sum  BLOB NOT NULL, -- 32 bytes: the sum modulo 2^256 of the SHA-256 of the owner's rows
    PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

-- Reports by the annotators that read what the record was linked from.
CREATE TABLE record_pipeline (
    pipeline TEXT PRIMARY KEY,
    reports  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Reports that the record was not linked from as they are now. Of those stored
-- before this was noted, all are taken to be.
CREATE TABLE pending (
    report TEXT PRIMARY KEY REFERENCES report ON DELETE CASCADE,
    mark   TEXT NOT NULL -- names report and layers as they are
) STRICT, WITHOUT ROWID;

INSERT INTO pending (report, mark) SELECT id, 'earlier' FROM report;

CREATE TABLE link_digest (
    report TEXT PRIMARY KEY REFERENCES report ON DELETE CASCADE,
    digest BLOB NOT NULL -- of package link
) STRICT, WITHOUT ROWID;

CREATE TABLE new_report (
    report              TEXT PRIMARY KEY,
    path                TEXT NOT NULL,
    published_value     TEXT NOT NULL,
    published_precision TEXT NOT NULL,
    published_basis     TEXT NOT NULL,
    published_why       TEXT NOT NULL,
    published_earliest  TEXT NOT NULL,
    published_latest    TEXT NOT NULL,
    pipeline            TEXT NOT NULL DEFAULT '' -- of the layers that it was linked from
) STRICT, WITHOUT ROWID;
INSERT INTO new_report (report, path, published_value, published_precision, published_basis, published_why, published_earliest, published_latest)
SELECT report, path, published_value, published_precision, published_basis, published_why, published_earliest, published_latest
FROM record_report r WHERE ord = (SELECT min(ord) FROM record_report x WHERE x.report = r.report);

CREATE TABLE new_candidate (
    report TEXT NOT NULL,
    ord    INTEGER NOT NULL,
    value  TEXT NOT NULL,
    basis  TEXT NOT NULL,
    PRIMARY KEY (report, ord)
) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO new_candidate (report, ord, value, basis)
SELECT r.report, c.ord, c.value, c.basis FROM record_candidate c JOIN record_report r ON r.ord = c.report_ord ORDER BY c.report_ord;
DROP TABLE record_candidate;
ALTER TABLE new_candidate RENAME TO record_candidate;

CREATE TABLE new_origin (
    report       TEXT PRIMARY KEY,
    outlet       TEXT NOT NULL,
    kind         TEXT NOT NULL,
    of           TEXT NOT NULL,
    why          TEXT NOT NULL,
    at_report    TEXT, -- NULL: no credit line
    at_start     INTEGER,
    at_end       INTEGER,
    at_annotator TEXT,
    at_version   TEXT,
    at_rule      TEXT
) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO new_origin (report, outlet, kind, of, why, at_report, at_start, at_end, at_annotator, at_version, at_rule)
SELECT r.report, o.outlet, o.kind, o.of, o.why, o.at_report, o.at_start, o.at_end, o.at_annotator, o.at_version, o.at_rule
FROM origin o JOIN record_report r ON r.ord = o.ord ORDER BY o.ord;
DROP TABLE origin;
ALTER TABLE new_origin RENAME TO origin;
DROP TABLE record_report;
ALTER TABLE new_report RENAME TO record_report;
UPDATE record_report SET pipeline = coalesce((SELECT max(pipeline) FROM layers l WHERE l.report = record_report.report), '');
INSERT INTO record_pipeline (pipeline, reports) SELECT pipeline, count(*) FROM record_report GROUP BY pipeline;

CREATE TABLE new_timex (
    report     TEXT NOT NULL,
    ord        INTEGER NOT NULL,
    start_byte INTEGER NOT NULL,
    end_byte   INTEGER NOT NULL,
    annotator  TEXT NOT NULL,
    version    TEXT NOT NULL,
    rule       TEXT NOT NULL,
    type       TEXT NOT NULL,
    value      TEXT NOT NULL,
    basis      TEXT NOT NULL,
    function   TEXT NOT NULL,
    PRIMARY KEY (report, ord)
) STRICT, WITHOUT ROWID;
INSERT INTO new_timex (report, ord, start_byte, end_byte, annotator, version, rule, type, value, basis, function)
SELECT report, row_number() OVER (PARTITION BY report ORDER BY ord) - 1, start_byte, end_byte, annotator, version, rule, type, value, basis, function FROM timex;
DROP TABLE timex;
ALTER TABLE new_timex RENAME TO timex;

UPDATE statement SET ord = x.n FROM (SELECT id, row_number() OVER (PARTITION BY report ORDER BY ord) - 1 AS n FROM statement) AS x WHERE x.id = statement.id;
UPDATE position SET ord = x.n FROM (SELECT id, row_number() OVER (PARTITION BY report ORDER BY ord) - 1 AS n FROM position) AS x WHERE x.id = position.id;
CREATE INDEX position_report ON position (report, ord);
UPDATE response SET ord = x.n FROM (SELECT id, row_number() OVER (PARTITION BY report ORDER BY ord) - 1 AS n FROM response) AS x WHERE x.id = response.id;
CREATE INDEX response_report ON response (report, ord);

CREATE TABLE new_defect (
    report TEXT NOT NULL,
    ord    INTEGER NOT NULL,
    kind   TEXT NOT NULL,
    note   TEXT NOT NULL,
    old    INTEGER,
    PRIMARY KEY (report, ord)
) STRICT, WITHOUT ROWID;
INSERT INTO new_defect (report, ord, kind, note, old)
SELECT report, row_number() OVER (PARTITION BY report ORDER BY ord) - 1, kind, note, ord FROM defect;
CREATE TABLE new_evidence (
    of_report  TEXT NOT NULL,
    defect     INTEGER NOT NULL,
    ord        INTEGER NOT NULL,
    report     TEXT NOT NULL,
    start_byte INTEGER NOT NULL,
    end_byte   INTEGER NOT NULL,
    annotator  TEXT NOT NULL,
    version    TEXT NOT NULL,
    rule       TEXT NOT NULL,
    PRIMARY KEY (of_report, defect, ord)
) STRICT, WITHOUT ROWID;
INSERT INTO new_evidence (of_report, defect, ord, report, start_byte, end_byte, annotator, version, rule)
SELECT d.report, d.ord, e.ord, e.report, e.start_byte, e.end_byte, e.annotator, e.version, e.rule FROM defect_evidence e JOIN new_defect d ON d.old = e.defect;
DROP TABLE defect_evidence;
DROP TABLE defect;
ALTER TABLE new_defect DROP COLUMN old;
ALTER TABLE new_defect RENAME TO defect;
ALTER TABLE new_evidence RENAME TO defect_evidence;

CREATE TABLE new_mention (
    entity     TEXT NOT NULL,
    report     TEXT NOT NULL,
    ord        INTEGER NOT NULL,
    start_byte INTEGER NOT NULL,
    end_byte   INTEGER NOT NULL,
    annotator  TEXT NOT NULL,
    version    TEXT NOT NULL,
    rule       TEXT NOT NULL,
    form       TEXT NOT NULL,
    PRIMARY KEY (entity, report, ord)
) STRICT, WITHOUT ROWID;
INSERT INTO new_mention (entity, report, ord, start_byte, end_byte, annotator, version, rule, form)
SELECT entity, report, row_number() OVER (PARTITION BY entity, report ORDER BY ord) - 1, start_byte, end_byte, annotator, version, rule, form FROM entity_mention;
DROP TABLE entity_mention;
ALTER TABLE new_mention RENAME TO entity_mention;
CREATE INDEX entity_mention_report ON entity_mention (report, start_byte);

CREATE TABLE new_role_evidence (
    entity     TEXT NOT NULL,
    role       TEXT NOT NULL,    -- title
    nth        INTEGER NOT NULL, -- of the entity's roles with that title, from 0
    report     TEXT NOT NULL,
    ord        INTEGER NOT NULL,
    start_byte INTEGER NOT NULL,
    end_byte   INTEGER NOT NULL,
    annotator  TEXT NOT NULL,
    version    TEXT NOT NULL,
    rule       TEXT NOT NULL,
    PRIMARY KEY (entity, role, nth, report, ord)
) STRICT, WITHOUT ROWID;
INSERT INTO new_role_evidence (entity, role, nth, report, ord, start_byte, end_byte, annotator, version, rule)
SELECT e.entity, r.title, (SELECT count(*) FROM entity_role x WHERE x.entity = r.entity AND x.title = r.title AND x.ord < r.ord), e.report,
    row_number() OVER (PARTITION BY e.entity, e.role, e.report ORDER BY e.ord) - 1, e.start_byte, e.end_byte, e.annotator, e.version, e.rule
FROM entity_role_evidence e JOIN entity_role r ON r.entity = e.entity AND r.ord = e.role;
DROP TABLE entity_role_evidence;
ALTER TABLE new_role_evidence RENAME TO entity_role_evidence;
CREATE INDEX entity_role_evidence_report ON entity_role_evidence (report);

CREATE TABLE new_event_mention (
    event         TEXT NOT NULL,
    report        TEXT NOT NULL,
    ord           INTEGER NOT NULL,
    start_byte    INTEGER NOT NULL,
    end_byte      INTEGER NOT NULL,
    annotator     TEXT NOT NULL,
    version       TEXT NOT NULL,
    rule          TEXT NOT NULL,
    trigger_start INTEGER NOT NULL,
    trigger_end   INTEGER NOT NULL,
    status        TEXT NOT NULL,
    PRIMARY KEY (event, report, ord)
) STRICT, WITHOUT ROWID;
INSERT INTO new_event_mention (event, report, ord, start_byte, end_byte, annotator, version, rule, trigger_start, trigger_end, status)
SELECT event, report, row_number() OVER (PARTITION BY event, report ORDER BY ord) - 1, start_byte, end_byte, annotator, version, rule, trigger_start, trigger_end, status FROM event_mention;
DROP TABLE event_mention;
ALTER TABLE new_event_mention RENAME TO event_mention;
CREATE INDEX event_mention_report ON event_mention (report, start_byte);

CREATE TABLE new_disagreement (
    event     TEXT NOT NULL,
    ord       INTEGER NOT NULL,
    attribute TEXT NOT NULL,
    verdict   TEXT NOT NULL,
    why       TEXT NOT NULL,
    old       INTEGER,
    PRIMARY KEY (event, ord)
) STRICT, WITHOUT ROWID;
INSERT INTO new_disagreement (event, ord, attribute, verdict, why, old)
SELECT event, row_number() OVER (PARTITION BY event ORDER BY ord) - 1, attribute, verdict, why, ord FROM disagreement;
CREATE TABLE new_disagreement_claim (
    event        TEXT NOT NULL,
    disagreement INTEGER NOT NULL,
    ord          INTEGER NOT NULL,
    claim        TEXT NOT NULL,
    PRIMARY KEY (event, disagreement, ord)
) STRICT, WITHOUT ROWID;
INSERT INTO new_disagreement_claim (event, disagreement, ord, claim)
SELECT d.event, d.ord, c.ord, c.claim FROM disagreement_claim c JOIN new_disagreement d ON d.old = c.disagreement;
DROP TABLE disagreement_claim;
DROP TABLE disagreement;
ALTER TABLE new_disagreement DROP COLUMN old;
ALTER TABLE new_disagreement RENAME TO disagreement;
ALTER TABLE new_disagreement_claim RENAME TO disagreement_claim;

ALTER TABLE entity DROP COLUMN ord;
ALTER TABLE event DROP COLUMN ord;
ALTER TABLE claim DROP COLUMN ord;
ALTER TABLE utterance DROP COLUMN ord;
ALTER TABLE issue DROP COLUMN ord;
ALTER TABLE commitment DROP COLUMN ord;
ALTER TABLE thread DROP COLUMN ord;

CREATE INDEX event_place ON event (place) WHERE place <> '';
CREATE INDEX thread_event_event ON thread_event (event);

-- The indexes of words, from which single rows can be taken; they are filled
-- when the store is opened.
DROP TABLE entity_words;
DROP TABLE statement_fts;
DROP TABLE event_fts;
DROP TABLE entity_fts;
CREATE VIRTUAL TABLE statement_fts USING fts5 (body, facets, content = '', contentless_delete = 1, tokenize = 'ascii');
CREATE VIRTUAL TABLE event_fts USING fts5 (title, people, place, claims, facets, content = '', contentless_delete = 1, tokenize = 'ascii');
CREATE VIRTUAL TABLE entity_fts USING fts5 (names, roles, facets, content = '', contentless_delete = 1, tokenize = 'ascii');
CREATE VIRTUAL TABLE entity_words USING fts5vocab (entity_fts, row);

DROP TABLE search_row;
CREATE TABLE search_row (
    kind     TEXT NOT NULL,
    n        INTEGER NOT NULL, -- row of the kind's index: greater is shown first; there are gaps
    id       TEXT NOT NULL,
    day      TEXT NOT NULL,    -- of its date, else of the first report that tells of it; '' none
    last_day TEXT NOT NULL,
    weight   INTEGER NOT NULL, -- of an entity: its mentions
    sum      TEXT NOT NULL,    -- of what the index was given
    PRIMARY KEY (kind, n)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX search_row_id ON search_row (id, kind);
CREATE INDEX search_row_place ON search_row (kind, weight, day, id);
DELETE FROM search_state WHERE part = 'record';
