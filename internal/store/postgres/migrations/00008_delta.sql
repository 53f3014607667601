-- The record by difference, as in SQLite: each row has an owner and is put and
-- taken away with it; ord counts within one owner only. No earlier version kept
-- a store on PostgreSQL, so the tables of the record are made anew, empty, with
-- its revisions.

-- +goose Up
CREATE TABLE record_sum (
    kind text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    sum bytea NOT NULL, -- 32 bytes: the sum modulo 2^256 of the SHA-256 of the owner's rows
    PRIMARY KEY (id, kind)
) PARTITION BY HASH (id);

-- Reports by the annotators that read what the record was linked from.
CREATE TABLE record_pipeline (
    pipeline text COLLATE "C" PRIMARY KEY,
    reports bigint NOT NULL
);

-- Reports that the record was not linked from as they are now. Of those stored
-- before this was noted, all are taken to be.
CREATE TABLE pending (
    report text COLLATE "C" PRIMARY KEY REFERENCES report ON DELETE CASCADE,
    mark text COLLATE "C" NOT NULL -- names report and layers as they are
);

INSERT INTO pending (report, mark) SELECT id, 'earlier' FROM report;

CREATE TABLE link_digest (
    report text COLLATE "C" PRIMARY KEY REFERENCES report ON DELETE CASCADE,
    digest bytea NOT NULL -- of package link
);

DELETE FROM revision;
DELETE FROM revision_report;
DELETE FROM moved;
DELETE FROM entity;
DELETE FROM entity_name;
DELETE FROM entity_member;
DELETE FROM entity_role;
DELETE FROM event;
DELETE FROM event_participant;
DELETE FROM event_attribute;
DELETE FROM event_link;
DELETE FROM statement;
DELETE FROM statement_content;
DELETE FROM statement_chain;
DELETE FROM claim;
DELETE FROM claim_chain;
DELETE FROM utterance;
DELETE FROM utterance_variant;
DELETE FROM utterance_change;
DELETE FROM issue;
DELETE FROM issue_name;
DELETE FROM issue_position;
DELETE FROM position;
DELETE FROM position_chain;
DELETE FROM commitment;
DELETE FROM commitment_violation;
DELETE FROM violation_denial;
DELETE FROM response;
DELETE FROM response_chain;
DELETE FROM thread;
DELETE FROM thread_party;
DELETE FROM thread_event;
DELETE FROM thread_report;
DELETE FROM record_refusal;
DROP TABLE record_report, record_candidate, origin, timex, defect, defect_evidence, entity_mention, entity_role_evidence, event_mention, disagreement, disagreement_claim, search_row;

CREATE TABLE record_report (
    report text COLLATE "C" PRIMARY KEY REFERENCES report,
    path text COLLATE "C" NOT NULL,
    published_value text COLLATE "C" NOT NULL,
    published_precision text COLLATE "C" NOT NULL,
    published_basis text COLLATE "C" NOT NULL,
    published_why text COLLATE "C" NOT NULL,
    published_earliest text COLLATE "C" NOT NULL,
    published_latest text COLLATE "C" NOT NULL,
    pipeline text COLLATE "C" NOT NULL DEFAULT '' -- of the layers that it was linked from
);

CREATE TABLE record_candidate (
    report text COLLATE "C" NOT NULL,
    ord bigint NOT NULL,
    value text COLLATE "C" NOT NULL,
    basis text COLLATE "C" NOT NULL,
    PRIMARY KEY (report, ord)
);

CREATE TABLE origin (
    report text COLLATE "C" PRIMARY KEY,
    outlet text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    of text COLLATE "C" NOT NULL,
    why text COLLATE "C" NOT NULL,
    at_report text COLLATE "C", -- NULL: no credit line
    at_start bigint,
    at_end bigint,
    at_annotator text COLLATE "C",
    at_version text COLLATE "C",
    at_rule text COLLATE "C"
);

CREATE TABLE timex (
    report text COLLATE "C" NOT NULL,
    ord bigint NOT NULL,
    start_byte bigint NOT NULL,
    end_byte bigint NOT NULL,
    annotator text COLLATE "C" NOT NULL,
    version text COLLATE "C" NOT NULL,
    rule text COLLATE "C" NOT NULL,
    type text COLLATE "C" NOT NULL,
    value text COLLATE "C" NOT NULL,
    basis text COLLATE "C" NOT NULL,
    function text COLLATE "C" NOT NULL,
    PRIMARY KEY (report, ord)
) PARTITION BY HASH (report);

CREATE TABLE defect (
    report text COLLATE "C" NOT NULL,
    ord bigint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    note text COLLATE "C" NOT NULL,
    PRIMARY KEY (report, ord)
);

CREATE TABLE defect_evidence (
    of_report text COLLATE "C" NOT NULL,
    defect bigint NOT NULL,
    ord bigint NOT NULL,
    report text COLLATE "C" NOT NULL,
    start_byte bigint NOT NULL,
    end_byte bigint NOT NULL,
    annotator text COLLATE "C" NOT NULL,
    version text COLLATE "C" NOT NULL,
    rule text COLLATE "C" NOT NULL,
    PRIMARY KEY (of_report, defect, ord)
);

CREATE TABLE entity_mention (
    entity text COLLATE "C" NOT NULL,
    report text COLLATE "C" NOT NULL,
    ord bigint NOT NULL,
    start_byte bigint NOT NULL,
    end_byte bigint NOT NULL,
    annotator text COLLATE "C" NOT NULL,
    version text COLLATE "C" NOT NULL,
    rule text COLLATE "C" NOT NULL,
    form text COLLATE "C" NOT NULL,
    PRIMARY KEY (entity, report, ord)
) PARTITION BY HASH (entity);

CREATE INDEX entity_mention_report ON entity_mention (report, start_byte);

CREATE TABLE entity_role_evidence (
    entity text COLLATE "C" NOT NULL,
    role text COLLATE "C" NOT NULL, -- title, which may be longer than a key may be
    nth bigint NOT NULL, -- of the entity's roles with that title, from 0
    report text COLLATE "C" NOT NULL,
    ord bigint NOT NULL,
    start_byte bigint NOT NULL,
    end_byte bigint NOT NULL,
    annotator text COLLATE "C" NOT NULL,
    version text COLLATE "C" NOT NULL,
    rule text COLLATE "C" NOT NULL
);

CREATE UNIQUE INDEX entity_role_evidence_once ON entity_role_evidence (entity, md5(role), nth, report, ord);

CREATE INDEX entity_role_evidence_report ON entity_role_evidence (report);

CREATE TABLE event_mention (
    event text COLLATE "C" NOT NULL,
    report text COLLATE "C" NOT NULL,
    ord bigint NOT NULL,
    start_byte bigint NOT NULL,
    end_byte bigint NOT NULL,
    annotator text COLLATE "C" NOT NULL,
    version text COLLATE "C" NOT NULL,
    rule text COLLATE "C" NOT NULL,
    trigger_start bigint NOT NULL,
    trigger_end bigint NOT NULL,
    status text COLLATE "C" NOT NULL,
    PRIMARY KEY (event, report, ord)
) PARTITION BY HASH (event);

CREATE INDEX event_mention_report ON event_mention (report, start_byte);

CREATE TABLE disagreement (
    event text COLLATE "C" NOT NULL,
    ord bigint NOT NULL,
    attribute text COLLATE "C" NOT NULL,
    verdict text COLLATE "C" NOT NULL,
    why text COLLATE "C" NOT NULL,
    PRIMARY KEY (event, ord)
);

CREATE TABLE disagreement_claim (
    event text COLLATE "C" NOT NULL,
    disagreement bigint NOT NULL,
    ord bigint NOT NULL,
    claim text COLLATE "C" NOT NULL,
    PRIMARY KEY (event, disagreement, ord)
);

ALTER TABLE entity DROP COLUMN ord;
ALTER TABLE event DROP COLUMN ord;
ALTER TABLE claim DROP COLUMN ord;
ALTER TABLE utterance DROP COLUMN ord;
ALTER TABLE issue DROP COLUMN ord;
ALTER TABLE commitment DROP COLUMN ord;
ALTER TABLE thread DROP COLUMN ord;

CREATE INDEX position_report ON position (report, ord);
CREATE INDEX response_report ON response (report, ord);
CREATE INDEX event_place ON event USING hash (place) WHERE place <> '';
CREATE INDEX thread_event_event ON thread_event (event);

CREATE TABLE search_row (
    kind text COLLATE "C" NOT NULL,
    n bigint NOT NULL, -- row of the kind's index: greater is shown first; there are gaps
    id text COLLATE "C" NOT NULL,
    day text COLLATE "C" NOT NULL, -- of its date, else of the first report that tells of it; '' none
    last_day text COLLATE "C" NOT NULL,
    weight bigint NOT NULL, -- of an entity: its mentions
    sum text COLLATE "C" NOT NULL, -- of what the index was given
    PRIMARY KEY (kind, n)
);

CREATE UNIQUE INDEX search_row_id ON search_row (id, kind);

CREATE INDEX search_row_place ON search_row (kind, weight, day, id);

DELETE FROM search_state WHERE part = 'record';

-- Partitions as in 00007.
-- +goose StatementBegin
DO $$
DECLARE
    parent text;
    leaf text;
BEGIN
    FOREACH parent IN ARRAY ARRAY['record_sum', 'timex', 'entity_mention', 'event_mention'] LOOP
        FOR i IN 0..7 LOOP
            leaf := parent || '_' || i;
            EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES WITH (MODULUS 8, REMAINDER %s)', leaf, parent, i);
            EXECUTE format('ALTER TABLE %I SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000,
                autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_vacuum_insert_threshold = 20000, autovacuum_analyze_scale_factor = 0.05)', leaf);
        END LOOP;
    END LOOP;
    FOREACH leaf IN ARRAY ARRAY['search_row', 'pending', 'record_report', 'link_digest'] LOOP
        EXECUTE format('ALTER TABLE %I SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000,
            autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05)', leaf);
    END LOOP;
END
$$;
-- +goose StatementEnd
