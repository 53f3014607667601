-- Full text. The indexes hold words that package terms folded, parted by
-- spaces, so that the tokenizer has nothing to decide; "¶", which is never in a
-- word, parts what must not be found as one phrase and marks facets, the words
-- that stand for filters (see facet in index.go). The texts themselves are in
-- report, statement, event and entity.

-- +goose Up
CREATE TABLE search_state (
    part    TEXT PRIMARY KEY, -- reports, record
    version TEXT NOT NULL     -- of the index; none: it is not there in full
) STRICT, WITHOUT ROWID;

CREATE TABLE search_report (
    n      INTEGER PRIMARY KEY, -- row of report_fts
    report TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE search_row (
    kind     TEXT NOT NULL,
    n        INTEGER NOT NULL, -- row of the kind's index: by first day and id, entities by mentions
    id       TEXT NOT NULL,
    day      TEXT NOT NULL,    -- of its date, else of the first report that tells of it; '' none
    last_day TEXT NOT NULL,
    PRIMARY KEY (kind, n)
) STRICT, WITHOUT ROWID;

CREATE INDEX search_row_day ON search_row (kind, day, n);
CREATE INDEX record_report_report ON record_report (report);

CREATE VIRTUAL TABLE report_fts USING fts5 (title, body, facets, content = '', contentless_delete = 1, tokenize = 'ascii');
CREATE VIRTUAL TABLE statement_fts USING fts5 (body, facets, content = '', tokenize = 'ascii');
CREATE VIRTUAL TABLE event_fts USING fts5 (title, people, place, claims, facets, content = '', tokenize = 'ascii');
CREATE VIRTUAL TABLE entity_fts USING fts5 (names, roles, facets, content = '', tokenize = 'ascii');

-- The words of the indexes, for inflections and for what somebody meant.
CREATE VIRTUAL TABLE report_words USING fts5vocab (report_fts, row);
CREATE VIRTUAL TABLE entity_words USING fts5vocab (entity_fts, row);
