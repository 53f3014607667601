-- +goose Up

-- The tables of package sqlstore as the SQLite migrations 00001 to 00006 leave
-- them, on PostgreSQL. Text sorts by its bytes ("C"), as in SQLite. What begins
-- here has no earlier version to carry over; later migrations have the same
-- numbers in both engines.

-- What tells a schema of Readout from that of another program.
CREATE TABLE readout_store (
    made timestamptz NOT NULL DEFAULT now()
);

INSERT INTO readout_store DEFAULT VALUES;

-- Evidence, wherever a fact rests on one: a report, a half-open range of bytes
-- of its text, and the annotator, version and rule that decided. A date is ten
-- columns: NULL in the first means that there is none, NULL in date_report that
-- no expression gave it. ord is the place in the record or with the owner.
--
-- What grows with the number of reports is in partitions by hash of the id that
-- its rows are written and looked up by, see docs/adr/0006-postgresql.md.

CREATE TABLE capture (
    sha256 text COLLATE "C" PRIMARY KEY,
    size bigint NOT NULL,
    body bytea NOT NULL -- one zstd frame
) PARTITION BY HASH (sha256);

CREATE TABLE arrival (
    sha256 text COLLATE "C" NOT NULL REFERENCES capture,
    path text COLLATE "C" NOT NULL,
    url text COLLATE "C" NOT NULL,
    media_type text COLLATE "C" NOT NULL,
    charset text COLLATE "C" NOT NULL,
    has_sidecar boolean NOT NULL,
    sidecar_outlet text COLLATE "C" NOT NULL,
    sidecar_published text COLLATE "C" NOT NULL,
    sidecar_url text COLLATE "C" NOT NULL,
    sidecar_title text COLLATE "C" NOT NULL,
    read_in text COLLATE "C" NOT NULL -- RFC 3339, UTC
);

-- Paths and addresses may be longer than a key may be.
CREATE UNIQUE INDEX arrival_once ON arrival (sha256, md5(path), md5(url));

CREATE TABLE report (
    id text COLLATE "C" PRIMARY KEY,
    sha256 text COLLATE "C" NOT NULL REFERENCES capture,
    path text COLLATE "C" NOT NULL,
    url text COLLATE "C" NOT NULL,
    outlet text COLLATE "C" NOT NULL,
    domain text COLLATE "C" NOT NULL,
    title text COLLATE "C" NOT NULL,
    byline text COLLATE "C" NOT NULL,
    language text COLLATE "C" NOT NULL,
    text text COLLATE "C" NOT NULL,
    published_value text COLLATE "C" NOT NULL,
    published_precision text COLLATE "C" NOT NULL,
    published_basis text COLLATE "C" NOT NULL,
    published_why text COLLATE "C" NOT NULL,
    skip text COLLATE "C" NOT NULL,
    digest text COLLATE "C" NOT NULL, -- SHA-256 of all fields but path and published
    published_earliest text COLLATE "C" NOT NULL,
    published_latest text COLLATE "C" NOT NULL
);

CREATE INDEX report_sha256 ON report (sha256);

CREATE TABLE claim (
    id text COLLATE "C" PRIMARY KEY,
    ord bigint NOT NULL,
    event text COLLATE "C" NOT NULL,
    attribute text COLLATE "C" NOT NULL,
    text text COLLATE "C" NOT NULL,
    unit text COLLATE "C" NOT NULL,
    min_value double precision, -- NULL: open
    max_value double precision,
    approx_value double precision,
    date_value text COLLATE "C",
    date_end text COLLATE "C",
    date_precision text COLLATE "C",
    date_basis text COLLATE "C",
    date_report text COLLATE "C",
    date_start bigint,
    date_stop bigint,
    date_annotator text COLLATE "C",
    date_version text COLLATE "C",
    date_rule text COLLATE "C",
    entity text COLLATE "C" NOT NULL,
    value_text text COLLATE "C" NOT NULL,
    hedge text COLLATE "C" NOT NULL,
    holder text COLLATE "C" NOT NULL,
    report text COLLATE "C" NOT NULL,
    start_byte bigint NOT NULL,
    end_byte bigint NOT NULL,
    annotator text COLLATE "C" NOT NULL,
    version text COLLATE "C" NOT NULL,
    rule text COLLATE "C" NOT NULL
) PARTITION BY HASH (id);

CREATE INDEX claim_event ON claim (event, attribute);

CREATE TABLE claim_chain (
    claim text COLLATE "C" NOT NULL,
    ord bigint NOT NULL,
    entity text COLLATE "C" NOT NULL,
    text text COLLATE "C" NOT NULL,
    cue_report text COLLATE "C", -- NULL: no cue
    cue_start bigint,
    cue_end bigint,
    cue_annotator text COLLATE "C",
    cue_version text COLLATE "C",
    cue_rule text COLLATE "C",
    outlet_of_report boolean NOT NULL,
    factuality text COLLATE "C" NOT NULL,
    PRIMARY KEY (claim, ord)
) PARTITION BY HASH (claim);

CREATE TABLE commitment (
    id text COLLATE "C" PRIMARY KEY,
    ord bigint NOT NULL,
    party text COLLATE "C" NOT NULL,
    to_party text COLLATE "C" NOT NULL,
    terms text COLLATE "C" NOT NULL,
    condition text COLLATE "C" NOT NULL,
    date_value text COLLATE "C",
    date_end text COLLATE "C",
    date_precision text COLLATE "C",
    date_basis text COLLATE "C",
    date_report text COLLATE "C",
    date_start bigint,
    date_stop bigint,
    date_annotator text COLLATE "C",
    date_version text COLLATE "C",
    date_rule text COLLATE "C",
    until_value text COLLATE "C",
    until_end text COLLATE "C",
    until_precision text COLLATE "C",
    until_basis text COLLATE "C",
    until_report text COLLATE "C",
    until_start bigint,
    until_stop bigint,
    until_annotator text COLLATE "C",
    until_version text COLLATE "C",
    until_rule text COLLATE "C",
    position text COLLATE "C" NOT NULL,
    report text COLLATE "C" NOT NULL,
    start_byte bigint NOT NULL,
    end_byte bigint NOT NULL,
    annotator text COLLATE "C" NOT NULL,
    version text COLLATE "C" NOT NULL,
    rule text COLLATE "C" NOT NULL
);

CREATE TABLE commitment_violation (
    commitment text COLLATE "C" NOT NULL,
    ord bigint NOT NULL,
    accuser text COLLATE "C" NOT NULL,
    accused text COLLATE "C" NOT NULL,
    position text COLLATE "C" NOT NULL,
    report text COLLATE "C" NOT NULL,
    start_byte bigint NOT NULL,
    end_byte bigint NOT NULL,
    annotator text COLLATE "C" NOT NULL,
    version text COLLATE "C" NOT NULL,
    rule text COLLATE "C" NOT NULL,
    PRIMARY KEY (commitment, ord)
);

CREATE TABLE defect (
    ord bigint PRIMARY KEY,
    report text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    note text COLLATE "C" NOT NULL
);

CREATE TABLE defect_evidence (
    defect bigint NOT NULL,
    ord bigint NOT NULL,
    report text COLLATE "C" NOT NULL,
    start_byte bigint NOT NULL,
    end_byte bigint NOT NULL,
    annotator text COLLATE "C" NOT NULL,
    version text COLLATE "C" NOT NULL,
    rule text COLLATE "C" NOT NULL,
    PRIMARY KEY (defect, ord)
);

CREATE TABLE disagreement (
    ord bigint PRIMARY KEY,
    event text COLLATE "C" NOT NULL,
    attribute text COLLATE "C" NOT NULL,
    verdict text COLLATE "C" NOT NULL,
    why text COLLATE "C" NOT NULL
);

CREATE TABLE disagreement_claim (
    disagreement bigint NOT NULL,
    ord bigint NOT NULL,
    claim text COLLATE "C" NOT NULL,
    PRIMARY KEY (disagreement, ord)
);

CREATE TABLE entity (
    id text COLLATE "C" PRIMARY KEY,
    ord bigint NOT NULL,
    type text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    wikidata text COLLATE "C" NOT NULL,
    country text COLLATE "C" NOT NULL
);

CREATE TABLE entity_member (
    entity text COLLATE "C" NOT NULL,
    ord bigint NOT NULL,
    member text COLLATE "C" NOT NULL,
    PRIMARY KEY (entity, ord)
);

CREATE TABLE entity_mention (
    entity text COLLATE "C" NOT NULL,
    ord bigint NOT NULL,
    report text COLLATE "C" NOT NULL,
    start_byte bigint NOT NULL,
    end_byte bigint NOT NULL,
    annotator text COLLATE "C" NOT NULL,
    version text COLLATE "C" NOT NULL,
    rule text COLLATE "C" NOT NULL,
    form text COLLATE "C" NOT NULL,
    PRIMARY KEY (entity, ord)
) PARTITION BY HASH (entity);

CREATE INDEX entity_mention_report ON entity_mention (report, start_byte);

CREATE TABLE entity_name (
    entity text COLLATE "C" NOT NULL,
    ord bigint NOT NULL, -- -1: the preferred name
    name text COLLATE "C" NOT NULL,
    folded text COLLATE "C" NOT NULL, -- lower case, no accents, single spaces
    PRIMARY KEY (entity, ord)
);

CREATE INDEX entity_name_folded ON entity_name USING hash (folded);

CREATE TABLE entity_role (
    entity text COLLATE "C" NOT NULL,
    ord bigint NOT NULL,
    title text COLLATE "C" NOT NULL,
    from_date text COLLATE "C" NOT NULL,
    to_date text COLLATE "C" NOT NULL,
    PRIMARY KEY (entity, ord)
);

CREATE TABLE entity_role_evidence (
    entity text COLLATE "C" NOT NULL,
    role bigint NOT NULL,
    ord bigint NOT NULL,
    report text COLLATE "C" NOT NULL,
    start_byte bigint NOT NULL,
    end_byte bigint NOT NULL,
    annotator text COLLATE "C" NOT NULL,
    version text COLLATE "C" NOT NULL,
    rule text COLLATE "C" NOT NULL,
    PRIMARY KEY (entity, role, ord)
);

CREATE TABLE event (
    id text COLLATE "C" PRIMARY KEY,
    ord bigint NOT NULL,
    type text COLLATE "C" NOT NULL,
    mode text COLLATE "C" NOT NULL,
    title text COLLATE "C" NOT NULL,
    place text COLLATE "C" NOT NULL,
    status text COLLATE "C" NOT NULL,
    date_value text COLLATE "C",
    date_end text COLLATE "C",
    date_precision text COLLATE "C",
    date_basis text COLLATE "C",
    date_report text COLLATE "C",
    date_start bigint,
    date_stop bigint,
    date_annotator text COLLATE "C",
    date_version text COLLATE "C",
    date_rule text COLLATE "C"
);

CREATE INDEX event_date ON event (date_value, id);

CREATE TABLE event_attribute (
    event text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    value text COLLATE "C" NOT NULL,
    PRIMARY KEY (event, name)
);

CREATE TABLE event_link (
    event text COLLATE "C" NOT NULL,
    ord bigint NOT NULL,
    relation text COLLATE "C" NOT NULL,
    other text COLLATE "C" NOT NULL,
    report text COLLATE "C" NOT NULL,
    start_byte bigint NOT NULL,
    end_byte bigint NOT NULL,
    annotator text COLLATE "C" NOT NULL,
    version text COLLATE "C" NOT NULL,
    rule text COLLATE "C" NOT NULL,
    PRIMARY KEY (event, ord)
);

CREATE TABLE event_mention (
    event text COLLATE "C" NOT NULL,
    ord bigint NOT NULL,
    report text COLLATE "C" NOT NULL,
    start_byte bigint NOT NULL,
    end_byte bigint NOT NULL,
    annotator text COLLATE "C" NOT NULL,
    version text COLLATE "C" NOT NULL,
    rule text COLLATE "C" NOT NULL,
    trigger_start bigint NOT NULL,
    trigger_end bigint NOT NULL,
    status text COLLATE "C" NOT NULL,
    PRIMARY KEY (event, ord)
) PARTITION BY HASH (event);

CREATE INDEX event_mention_report ON event_mention (report, start_byte);

CREATE TABLE event_participant (
    event text COLLATE "C" NOT NULL,
    ord bigint NOT NULL,
    entity text COLLATE "C" NOT NULL,
    role text COLLATE "C" NOT NULL,
    PRIMARY KEY (event, ord)
);

CREATE INDEX event_participant_entity ON event_participant (entity, event);

CREATE TABLE issue (
    id text COLLATE "C" PRIMARY KEY,
    ord bigint NOT NULL,
    name text COLLATE "C" NOT NULL
);

CREATE TABLE issue_name (
    issue text COLLATE "C" NOT NULL,
    ord bigint NOT NULL,
    name text COLLATE "C" NOT NULL,
    PRIMARY KEY (issue, ord)
);

CREATE TABLE issue_position (
    issue text COLLATE "C" NOT NULL,
    ord bigint NOT NULL,
    position text COLLATE "C" NOT NULL,
    PRIMARY KEY (issue, ord)
);

CREATE TABLE layers (
    report text COLLATE "C" NOT NULL REFERENCES report ON DELETE CASCADE,
    pipeline text COLLATE "C" NOT NULL, -- names and versions of the annotators
    doc bytea NOT NULL,
    PRIMARY KEY (report) -- one reading a report; the pipeline's name is longer than a key should be
) PARTITION BY HASH (report);

-- Which version has read how many.
CREATE INDEX layers_pipeline ON layers (pipeline);

CREATE TABLE moved (
    id text COLLATE "C" NOT NULL,
    revision bigint NOT NULL, -- first that no longer holds it
    ord bigint NOT NULL, -- successors that share most mentions first
    kind text COLLATE "C" NOT NULL,
    to_id text COLLATE "C" NOT NULL, -- '': none
    PRIMARY KEY (id, revision, kind, ord)
);

CREATE TABLE origin (
    ord bigint PRIMARY KEY, -- that of its report
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

CREATE TABLE position (
    id text COLLATE "C" PRIMARY KEY,
    ord bigint NOT NULL,
    party text COLLATE "C" NOT NULL,
    addressee text COLLATE "C" NOT NULL,
    issue text COLLATE "C" NOT NULL,
    stance text COLLATE "C" NOT NULL,
    text text COLLATE "C" NOT NULL,
    terms text COLLATE "C" NOT NULL,
    condition text COLLATE "C" NOT NULL,
    date_value text COLLATE "C",
    date_end text COLLATE "C",
    date_precision text COLLATE "C",
    date_basis text COLLATE "C",
    date_report text COLLATE "C",
    date_start bigint,
    date_stop bigint,
    date_annotator text COLLATE "C",
    date_version text COLLATE "C",
    date_rule text COLLATE "C",
    until_value text COLLATE "C",
    until_end text COLLATE "C",
    until_precision text COLLATE "C",
    until_basis text COLLATE "C",
    until_report text COLLATE "C",
    until_start bigint,
    until_stop bigint,
    until_annotator text COLLATE "C",
    until_version text COLLATE "C",
    until_rule text COLLATE "C",
    speaker text COLLATE "C" NOT NULL,
    report text COLLATE "C" NOT NULL,
    start_byte bigint NOT NULL,
    end_byte bigint NOT NULL,
    annotator text COLLATE "C" NOT NULL,
    version text COLLATE "C" NOT NULL,
    rule text COLLATE "C" NOT NULL,
    statement text COLLATE "C" NOT NULL,
    event text COLLATE "C" NOT NULL,
    change_kind text COLLATE "C" NOT NULL,
    previous text COLLATE "C" NOT NULL,
    uttered boolean NOT NULL
);

CREATE INDEX position_party ON position (party, issue, date_value, id);

CREATE TABLE position_chain (
    position text COLLATE "C" NOT NULL,
    ord bigint NOT NULL,
    entity text COLLATE "C" NOT NULL,
    text text COLLATE "C" NOT NULL,
    cue_report text COLLATE "C",
    cue_start bigint,
    cue_end bigint,
    cue_annotator text COLLATE "C",
    cue_version text COLLATE "C",
    cue_rule text COLLATE "C",
    factuality text COLLATE "C" NOT NULL,
    outlet_of_report boolean NOT NULL,
    PRIMARY KEY (position, ord)
);

CREATE TABLE record_candidate (
    report_ord bigint NOT NULL,
    ord bigint NOT NULL,
    value text COLLATE "C" NOT NULL,
    basis text COLLATE "C" NOT NULL,
    PRIMARY KEY (report_ord, ord)
);

CREATE TABLE record_refusal (
    ord bigint PRIMARY KEY,
    path text COLLATE "C" NOT NULL,
    reason text COLLATE "C" NOT NULL
);

CREATE TABLE record_report (
    ord bigint PRIMARY KEY,
    report text COLLATE "C" NOT NULL REFERENCES report,
    path text COLLATE "C" NOT NULL,
    published_value text COLLATE "C" NOT NULL,
    published_precision text COLLATE "C" NOT NULL,
    published_basis text COLLATE "C" NOT NULL,
    published_why text COLLATE "C" NOT NULL,
    published_earliest text COLLATE "C" NOT NULL,
    published_latest text COLLATE "C" NOT NULL
);

CREATE TABLE refusal (
    path text COLLATE "C" NOT NULL,
    reason text COLLATE "C" NOT NULL
);

CREATE UNIQUE INDEX refusal_once ON refusal (md5(path));

CREATE INDEX refusal_path ON refusal USING hash (path);

CREATE TABLE report_anomaly (
    report text COLLATE "C" NOT NULL REFERENCES report ON DELETE CASCADE,
    ord bigint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    note text COLLATE "C" NOT NULL,
    PRIMARY KEY (report, ord)
);

CREATE TABLE report_anomaly_evidence (
    report text COLLATE "C" NOT NULL REFERENCES report ON DELETE CASCADE,
    anomaly bigint NOT NULL,
    ord bigint NOT NULL,
    ev_report text COLLATE "C" NOT NULL,
    start_byte bigint NOT NULL,
    end_byte bigint NOT NULL,
    annotator text COLLATE "C" NOT NULL,
    version text COLLATE "C" NOT NULL,
    rule text COLLATE "C" NOT NULL,
    PRIMARY KEY (report, anomaly, ord)
);

CREATE TABLE report_candidate (
    report text COLLATE "C" NOT NULL REFERENCES report ON DELETE CASCADE,
    ord bigint NOT NULL,
    value text COLLATE "C" NOT NULL,
    basis text COLLATE "C" NOT NULL,
    PRIMARY KEY (report, ord)
);

CREATE TABLE report_noise (
    report text COLLATE "C" NOT NULL REFERENCES report ON DELETE CASCADE,
    ord bigint NOT NULL,
    start_byte bigint NOT NULL,
    end_byte bigint NOT NULL,
    reason text COLLATE "C" NOT NULL,
    annotator text COLLATE "C" NOT NULL,
    version text COLLATE "C" NOT NULL,
    rule text COLLATE "C" NOT NULL,
    PRIMARY KEY (report, ord)
);

CREATE TABLE report_sentence (
    report text COLLATE "C" PRIMARY KEY REFERENCES report ON DELETE CASCADE,
    spans bytea NOT NULL -- see store.EncodeSpans
);

CREATE TABLE response (
    id text COLLATE "C" PRIMARY KEY,
    ord bigint NOT NULL,
    party text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    event text COLLATE "C" NOT NULL,
    statement text COLLATE "C" NOT NULL,
    about text COLLATE "C" NOT NULL,
    to_party text COLLATE "C" NOT NULL,
    date_value text COLLATE "C",
    date_end text COLLATE "C",
    date_precision text COLLATE "C",
    date_basis text COLLATE "C",
    date_report text COLLATE "C",
    date_start bigint,
    date_stop bigint,
    date_annotator text COLLATE "C",
    date_version text COLLATE "C",
    date_rule text COLLATE "C",
    report text COLLATE "C" NOT NULL,
    start_byte bigint NOT NULL,
    end_byte bigint NOT NULL,
    annotator text COLLATE "C" NOT NULL,
    version text COLLATE "C" NOT NULL,
    rule text COLLATE "C" NOT NULL
);

CREATE INDEX response_party ON response (party, date_value, id);

CREATE TABLE response_chain (
    response text COLLATE "C" NOT NULL,
    ord bigint NOT NULL,
    entity text COLLATE "C" NOT NULL,
    text text COLLATE "C" NOT NULL,
    cue_report text COLLATE "C",
    cue_start bigint,
    cue_end bigint,
    cue_annotator text COLLATE "C",
    cue_version text COLLATE "C",
    cue_rule text COLLATE "C",
    factuality text COLLATE "C" NOT NULL,
    outlet_of_report boolean NOT NULL,
    PRIMARY KEY (response, ord)
);

CREATE TABLE revision (
    n bigint PRIMARY KEY, -- from 1
    put_in text COLLATE "C" NOT NULL, -- RFC 3339, UTC; '' unknown
    pipeline text COLLATE "C" NOT NULL, -- of most of its reports' layers
    reports bigint NOT NULL,
    digest text COLLATE "C" NOT NULL -- number of the migration, colon, SHA-256 of all rows; '' not summed
);

CREATE TABLE revision_report (
    report text COLLATE "C" NOT NULL,
    since bigint NOT NULL, -- first revision that has it
    until bigint, -- last one; NULL: the present one
    PRIMARY KEY (report, since)
);

CREATE TABLE search_report (
    n bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, -- row of report_fts
    report text COLLATE "C" NOT NULL UNIQUE,
    day text COLLATE "C"
);

CREATE TABLE search_row (
    kind text COLLATE "C" NOT NULL,
    n bigint NOT NULL, -- row of the kind's index: by first day and id, entities by mentions
    id text COLLATE "C" NOT NULL,
    day text COLLATE "C" NOT NULL, -- of its date, else of the first report that tells of it; '' none
    last_day text COLLATE "C" NOT NULL,
    PRIMARY KEY (kind, n)
);

CREATE INDEX search_row_day ON search_row (kind, day, n);

CREATE TABLE search_state (
    part text COLLATE "C" PRIMARY KEY, -- reports, record
    version text COLLATE "C" NOT NULL -- of the index; none: it is not there in full
);

CREATE TABLE statement (
    id text COLLATE "C" PRIMARY KEY,
    ord bigint NOT NULL,
    report text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    text text COLLATE "C" NOT NULL,
    cue_start bigint, -- NULL: no cue
    cue_end bigint,
    source_start bigint, -- NULL: no source
    source_end bigint,
    speaker text COLLATE "C" NOT NULL,
    addressee text COLLATE "C" NOT NULL,
    medium text COLLATE "C" NOT NULL,
    date_value text COLLATE "C",
    date_end text COLLATE "C",
    date_precision text COLLATE "C",
    date_basis text COLLATE "C",
    date_report text COLLATE "C",
    date_start bigint,
    date_stop bigint,
    date_annotator text COLLATE "C",
    date_version text COLLATE "C",
    date_rule text COLLATE "C",
    event text COLLATE "C" NOT NULL,
    nested_in text COLLATE "C" NOT NULL,
    uttered boolean NOT NULL,
    annotator text COLLATE "C" NOT NULL,
    version text COLLATE "C" NOT NULL,
    rule text COLLATE "C" NOT NULL,
    utterance text COLLATE "C" NOT NULL
) PARTITION BY HASH (id);

CREATE INDEX statement_report ON statement (report);

CREATE INDEX statement_speaker ON statement (speaker, date_value, id);

CREATE TABLE statement_chain (
    statement text COLLATE "C" NOT NULL,
    ord bigint NOT NULL,
    entity text COLLATE "C" NOT NULL,
    text text COLLATE "C" NOT NULL,
    cue_report text COLLATE "C", -- NULL: no cue
    cue_start bigint,
    cue_end bigint,
    cue_annotator text COLLATE "C",
    cue_version text COLLATE "C",
    cue_rule text COLLATE "C",
    outlet_of_report boolean NOT NULL,
    factuality text COLLATE "C" NOT NULL,
    PRIMARY KEY (statement, ord)
) PARTITION BY HASH (statement);

CREATE TABLE statement_content (
    statement text COLLATE "C" NOT NULL,
    ord bigint NOT NULL,
    start_byte bigint NOT NULL,
    end_byte bigint NOT NULL,
    PRIMARY KEY (statement, ord)
) PARTITION BY HASH (statement);

CREATE TABLE thread (
    id text COLLATE "C" PRIMARY KEY,
    ord bigint NOT NULL,
    title text COLLATE "C" NOT NULL
);

CREATE TABLE thread_event (
    thread text COLLATE "C" NOT NULL,
    ord bigint NOT NULL,
    event text COLLATE "C" NOT NULL,
    PRIMARY KEY (thread, ord)
);

CREATE TABLE thread_party (
    thread text COLLATE "C" NOT NULL,
    ord bigint NOT NULL,
    party text COLLATE "C" NOT NULL,
    PRIMARY KEY (thread, ord)
);

CREATE TABLE thread_report (
    thread text COLLATE "C" NOT NULL,
    ord bigint NOT NULL,
    report text COLLATE "C" NOT NULL,
    PRIMARY KEY (thread, ord)
);

CREATE TABLE timex (
    ord bigint NOT NULL,
    report text COLLATE "C" NOT NULL,
    start_byte bigint NOT NULL,
    end_byte bigint NOT NULL,
    annotator text COLLATE "C" NOT NULL,
    version text COLLATE "C" NOT NULL,
    rule text COLLATE "C" NOT NULL,
    type text COLLATE "C" NOT NULL,
    value text COLLATE "C" NOT NULL,
    basis text COLLATE "C" NOT NULL,
    function text COLLATE "C" NOT NULL,
    PRIMARY KEY (ord, report)
) PARTITION BY HASH (report);

CREATE INDEX timex_report ON timex (report, start_byte);

CREATE TABLE utterance (
    id text COLLATE "C" PRIMARY KEY,
    ord bigint NOT NULL,
    speaker text COLLATE "C" NOT NULL
);

CREATE TABLE utterance_change (
    utterance text COLLATE "C" NOT NULL,
    variant bigint NOT NULL,
    ord bigint NOT NULL,
    fullest_start bigint NOT NULL,
    fullest_end bigint NOT NULL,
    variant_start bigint NOT NULL,
    variant_end bigint NOT NULL,
    PRIMARY KEY (utterance, variant, ord)
);

CREATE TABLE utterance_variant (
    utterance text COLLATE "C" NOT NULL,
    ord bigint NOT NULL,
    statement text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    PRIMARY KEY (utterance, ord)
);

CREATE TABLE violation_denial (
    commitment text COLLATE "C" NOT NULL,
    violation bigint NOT NULL,
    ord bigint NOT NULL,
    response text COLLATE "C" NOT NULL,
    PRIMARY KEY (commitment, violation, ord)
);

-- The days of reports in the order in which answers show them.
CREATE INDEX search_report_day ON search_report (day DESC, report);
CREATE INDEX search_report_shown ON search_report (n) INCLUDE (day) WHERE day IS NOT NULL;

-- Full text. words are what package terms folded: those of best also with "t¶"
-- before them, and facets (see index.go of sqlstore). best and rest are the
-- folded texts with a space at each end, for phrases. rowid is n of
-- search_report or search_row.

CREATE TABLE report_fts (
    rowid bigint PRIMARY KEY,
    words tsvector NOT NULL,
    best text COLLATE "C" NOT NULL,
    rest text COLLATE "C" NOT NULL
);

CREATE INDEX report_fts_words ON report_fts USING gin (words);

CREATE TABLE statement_fts (
    rowid bigint PRIMARY KEY,
    words tsvector NOT NULL,
    best text COLLATE "C" NOT NULL,
    rest text COLLATE "C" NOT NULL
);

CREATE INDEX statement_fts_words ON statement_fts USING gin (words);

CREATE TABLE event_fts (
    rowid bigint PRIMARY KEY,
    words tsvector NOT NULL,
    best text COLLATE "C" NOT NULL,
    rest text COLLATE "C" NOT NULL
);

CREATE INDEX event_fts_words ON event_fts USING gin (words);

CREATE TABLE entity_fts (
    rowid bigint PRIMARY KEY,
    words tsvector NOT NULL,
    best text COLLATE "C" NOT NULL,
    rest text COLLATE "C" NOT NULL
);

CREATE INDEX entity_fts_words ON entity_fts USING gin (words);

-- The words of reports and of names, for inflections and for what somebody
-- meant. A word stays when the last text that has it goes.
CREATE TABLE report_words (
    term text COLLATE "C" PRIMARY KEY
);

CREATE TABLE entity_words (
    term text COLLATE "C" PRIMARY KEY
);

-- The partitions, each vacuumed by itself. A hundred thousand dead rows wait for
-- no tenth of a large table to be dead; rows that are only added are frozen as
-- they come, a little at a time.
-- +goose StatementBegin
DO $$
DECLARE
    parent text;
    leaf text;
BEGIN
    FOR parent IN
        SELECT c.relname FROM pg_class c WHERE c.relkind = 'p' AND c.relnamespace = current_schema()::regnamespace ORDER BY 1
    LOOP
        FOR i IN 0..7 LOOP
            leaf := parent || '_' || i;
            EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES WITH (MODULUS 8, REMAINDER %s)', leaf, parent, i);
            EXECUTE format('ALTER TABLE %I SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000,
                autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_vacuum_insert_threshold = 20000, autovacuum_analyze_scale_factor = 0.05)', leaf);
        END LOOP;
    END LOOP;
    FOREACH leaf IN ARRAY ARRAY['report', 'arrival', 'report_fts', 'statement_fts', 'event_fts', 'entity_fts', 'search_row', 'search_report', 'event', 'entity', 'entity_name'] LOOP
        EXECUTE format('ALTER TABLE %I SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000,
            autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05)', leaf);
    END LOOP;
END
$$;
-- +goose StatementEnd
