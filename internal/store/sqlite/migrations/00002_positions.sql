-- +goose Up

-- The record in depth: utterances, issues, positions, commitments, responses,
-- threads and defects; what was published no sooner and no later than when; how
-- sure each link of a chain is. Stores of version 1 keep all that they hold.

ALTER TABLE report ADD COLUMN published_earliest TEXT NOT NULL DEFAULT '';
ALTER TABLE report ADD COLUMN published_latest TEXT NOT NULL DEFAULT '';
ALTER TABLE record_report ADD COLUMN published_earliest TEXT NOT NULL DEFAULT '';
ALTER TABLE record_report ADD COLUMN published_latest TEXT NOT NULL DEFAULT '';
ALTER TABLE statement ADD COLUMN utterance TEXT NOT NULL DEFAULT '';
ALTER TABLE statement_chain ADD COLUMN factuality TEXT NOT NULL DEFAULT '';
ALTER TABLE claim_chain ADD COLUMN factuality TEXT NOT NULL DEFAULT '';

CREATE TABLE utterance (
    id      TEXT PRIMARY KEY,
    ord     INTEGER NOT NULL,
    speaker TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE utterance_variant (
    utterance TEXT NOT NULL,
    ord       INTEGER NOT NULL,
    statement TEXT NOT NULL,
    kind      TEXT NOT NULL,
    PRIMARY KEY (utterance, ord)
) STRICT, WITHOUT ROWID;

CREATE TABLE utterance_change (
    utterance     TEXT NOT NULL,
    variant       INTEGER NOT NULL,
    ord           INTEGER NOT NULL,
    fullest_start INTEGER NOT NULL,
    fullest_end   INTEGER NOT NULL,
    variant_start INTEGER NOT NULL,
    variant_end   INTEGER NOT NULL,
    PRIMARY KEY (utterance, variant, ord)
) STRICT, WITHOUT ROWID;

CREATE TABLE issue (
    id   TEXT PRIMARY KEY,
    ord  INTEGER NOT NULL,
    name TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE issue_name (
    issue TEXT NOT NULL,
    ord   INTEGER NOT NULL,
    name  TEXT NOT NULL,
    PRIMARY KEY (issue, ord)
) STRICT, WITHOUT ROWID;

CREATE TABLE issue_position (
    issue    TEXT NOT NULL,
    ord      INTEGER NOT NULL,
    position TEXT NOT NULL,
    PRIMARY KEY (issue, ord)
) STRICT, WITHOUT ROWID;

-- condition holds the words after "if"; each of the two dates is ten columns, as
-- in event.

CREATE TABLE position (
    id              TEXT PRIMARY KEY,
    ord             INTEGER NOT NULL,
    party           TEXT NOT NULL,
    addressee       TEXT NOT NULL,
    issue           TEXT NOT NULL,
    stance          TEXT NOT NULL,
    text            TEXT NOT NULL,
    terms           TEXT NOT NULL,
    condition       TEXT NOT NULL,
    date_value      TEXT,
    date_end        TEXT,
    date_precision  TEXT,
    date_basis      TEXT,
    date_report     TEXT,
    date_start      INTEGER,
    date_stop       INTEGER,
    date_annotator  TEXT,
    date_version    TEXT,
    date_rule       TEXT,
    until_value     TEXT,
    until_end       TEXT,
    until_precision TEXT,
    until_basis     TEXT,
    until_report    TEXT,
    until_start     INTEGER,
    until_stop      INTEGER,
    until_annotator TEXT,
    until_version   TEXT,
    until_rule      TEXT,
    speaker         TEXT NOT NULL,
    report          TEXT NOT NULL,
    start_byte      INTEGER NOT NULL,
    end_byte        INTEGER NOT NULL,
    annotator       TEXT NOT NULL,
    version         TEXT NOT NULL,
    rule            TEXT NOT NULL,
    statement       TEXT NOT NULL,
    event           TEXT NOT NULL,
    change_kind     TEXT NOT NULL,
    previous        TEXT NOT NULL,
    uttered         INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX position_party ON position (party, issue, date_value, id);

CREATE TABLE position_chain (
    position         TEXT NOT NULL,
    ord              INTEGER NOT NULL,
    entity           TEXT NOT NULL,
    text             TEXT NOT NULL,
    cue_report       TEXT,
    cue_start        INTEGER,
    cue_end          INTEGER,
    cue_annotator    TEXT,
    cue_version      TEXT,
    cue_rule         TEXT,
    factuality       TEXT NOT NULL,
    outlet_of_report INTEGER NOT NULL,
    PRIMARY KEY (position, ord)
) STRICT, WITHOUT ROWID;

CREATE TABLE commitment (
    id              TEXT PRIMARY KEY,
    ord             INTEGER NOT NULL,
    party           TEXT NOT NULL,
    to_party        TEXT NOT NULL,
    terms           TEXT NOT NULL,
    condition       TEXT NOT NULL,
    date_value      TEXT,
    date_end        TEXT,
    date_precision  TEXT,
    date_basis      TEXT,
    date_report     TEXT,
    date_start      INTEGER,
    date_stop       INTEGER,
    date_annotator  TEXT,
    date_version    TEXT,
    date_rule       TEXT,
    until_value     TEXT,
    until_end       TEXT,
    until_precision TEXT,
    until_basis     TEXT,
    until_report    TEXT,
    until_start     INTEGER,
    until_stop      INTEGER,
    until_annotator TEXT,
    until_version   TEXT,
    until_rule      TEXT,
    position        TEXT NOT NULL,
    report          TEXT NOT NULL,
    start_byte      INTEGER NOT NULL,
    end_byte        INTEGER NOT NULL,
    annotator       TEXT NOT NULL,
    version         TEXT NOT NULL,
    rule            TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE commitment_violation (
    commitment TEXT NOT NULL,
    ord        INTEGER NOT NULL,
    accuser    TEXT NOT NULL,
    accused    TEXT NOT NULL,
    position   TEXT NOT NULL,
    report     TEXT NOT NULL,
    start_byte INTEGER NOT NULL,
    end_byte   INTEGER NOT NULL,
    annotator  TEXT NOT NULL,
    version    TEXT NOT NULL,
    rule       TEXT NOT NULL,
    PRIMARY KEY (commitment, ord)
) STRICT, WITHOUT ROWID;

CREATE TABLE violation_denial (
    commitment TEXT NOT NULL,
    violation  INTEGER NOT NULL,
    ord        INTEGER NOT NULL,
    response   TEXT NOT NULL,
    PRIMARY KEY (commitment, violation, ord)
) STRICT, WITHOUT ROWID;

CREATE TABLE response (
    id             TEXT PRIMARY KEY,
    ord            INTEGER NOT NULL,
    party          TEXT NOT NULL,
    kind           TEXT NOT NULL,
    event          TEXT NOT NULL,
    statement      TEXT NOT NULL,
    about          TEXT NOT NULL,
    to_party       TEXT NOT NULL,
    date_value     TEXT,
    date_end       TEXT,
    date_precision TEXT,
    date_basis     TEXT,
    date_report    TEXT,
    date_start     INTEGER,
    date_stop      INTEGER,
    date_annotator TEXT,
    date_version   TEXT,
    date_rule      TEXT,
    report         TEXT NOT NULL,
    start_byte     INTEGER NOT NULL,
    end_byte       INTEGER NOT NULL,
    annotator      TEXT NOT NULL,
    version        TEXT NOT NULL,
    rule           TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX response_party ON response (party, date_value, id);

CREATE TABLE response_chain (
    response         TEXT NOT NULL,
    ord              INTEGER NOT NULL,
    entity           TEXT NOT NULL,
    text             TEXT NOT NULL,
    cue_report       TEXT,
    cue_start        INTEGER,
    cue_end          INTEGER,
    cue_annotator    TEXT,
    cue_version      TEXT,
    cue_rule         TEXT,
    factuality       TEXT NOT NULL,
    outlet_of_report INTEGER NOT NULL,
    PRIMARY KEY (response, ord)
) STRICT, WITHOUT ROWID;

CREATE TABLE thread (
    id    TEXT PRIMARY KEY,
    ord   INTEGER NOT NULL,
    title TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE thread_party (
    thread TEXT NOT NULL,
    ord    INTEGER NOT NULL,
    party  TEXT NOT NULL,
    PRIMARY KEY (thread, ord)
) STRICT, WITHOUT ROWID;

CREATE TABLE thread_event (
    thread TEXT NOT NULL,
    ord    INTEGER NOT NULL,
    event  TEXT NOT NULL,
    PRIMARY KEY (thread, ord)
) STRICT, WITHOUT ROWID;

CREATE TABLE thread_report (
    thread TEXT NOT NULL,
    ord    INTEGER NOT NULL,
    report TEXT NOT NULL,
    PRIMARY KEY (thread, ord)
) STRICT, WITHOUT ROWID;

CREATE TABLE defect (
    ord    INTEGER PRIMARY KEY,
    report TEXT NOT NULL,
    kind   TEXT NOT NULL,
    note   TEXT NOT NULL
) STRICT;

CREATE TABLE defect_evidence (
    defect     INTEGER NOT NULL,
    ord        INTEGER NOT NULL,
    report     TEXT NOT NULL,
    start_byte INTEGER NOT NULL,
    end_byte   INTEGER NOT NULL,
    annotator  TEXT NOT NULL,
    version    TEXT NOT NULL,
    rule       TEXT NOT NULL,
    PRIMARY KEY (defect, ord)
) STRICT, WITHOUT ROWID;
