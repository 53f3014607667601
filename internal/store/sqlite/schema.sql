-- The tables of a store, as the migrations leave them. Written by go test -run TestSchema ./internal/store/sqlite -update.

CREATE TABLE account (
    name      TEXT NOT NULL PRIMARY KEY,
    scopes    TEXT NOT NULL, -- read, review, admin
    password  TEXT NOT NULL, -- PHC string of argon2id, '' none
    subject   TEXT NOT NULL, -- issuer and subject of OpenID Connect, '' none
    disabled  INTEGER NOT NULL,
    made      TEXT NOT NULL,
    signed_in TEXT NOT NULL
, row_sum INTEGER) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX account_subject ON account (subject) WHERE subject <> '';

CREATE TABLE account_session (
    hash    TEXT NOT NULL PRIMARY KEY, -- SHA-256 of what the cookie holds
    account TEXT NOT NULL REFERENCES account,
    made    TEXT NOT NULL,
    seen    TEXT NOT NULL,
    expires TEXT NOT NULL
, row_sum INTEGER) STRICT, WITHOUT ROWID;

CREATE INDEX account_session_account ON account_session (account);

CREATE TABLE account_token (
    hash    TEXT NOT NULL PRIMARY KEY, -- SHA-256 of the secret
    id      TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL REFERENCES account,
    label   TEXT NOT NULL,
    scopes  TEXT NOT NULL,
    made    TEXT NOT NULL,
    expires TEXT NOT NULL,
    used    TEXT NOT NULL,
    revoked TEXT NOT NULL
, row_sum INTEGER) STRICT, WITHOUT ROWID;

CREATE INDEX account_token_account ON account_token (account);

CREATE TABLE arrival (
    sha256            TEXT NOT NULL REFERENCES capture,
    path              TEXT NOT NULL,
    url               TEXT NOT NULL,
    media_type        TEXT NOT NULL,
    charset           TEXT NOT NULL,
    has_sidecar       INTEGER NOT NULL,
    sidecar_outlet    TEXT NOT NULL,
    sidecar_published TEXT NOT NULL,
    sidecar_url       TEXT NOT NULL,
    sidecar_title     TEXT NOT NULL, read_in TEXT NOT NULL DEFAULT '', fetched TEXT NOT NULL DEFAULT '', row_sum INTEGER,
    PRIMARY KEY (sha256, path, url)
) STRICT, WITHOUT ROWID;

CREATE TABLE article_capture (
    url    TEXT NOT NULL,
    report TEXT NOT NULL,
    sha256 TEXT NOT NULL, row_sum INTEGER,
    PRIMARY KEY (url, report, sha256)
) STRICT, WITHOUT ROWID;

CREATE TABLE article_report (
    url        TEXT NOT NULL, -- one spelling, see store.Canonical
    report     TEXT NOT NULL,
    wording    TEXT NOT NULL, -- see store.Wording
    first_seen TEXT NOT NULL,
    last_seen  TEXT NOT NULL, row_sum INTEGER,
    PRIMARY KEY (url, report)
) STRICT, WITHOUT ROWID;

CREATE INDEX article_report_report ON article_report (report);

CREATE TABLE backup (
    at      TEXT NOT NULL,    -- moment, as in feed
    place   TEXT NOT NULL,    -- file
    bytes   INTEGER NOT NULL, -- of the file
    sha256  TEXT NOT NULL,    -- of the file
    row_sum INTEGER,
    PRIMARY KEY (at, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE capture (
    sha256 TEXT PRIMARY KEY,
    size   INTEGER NOT NULL,
    body   BLOB NOT NULL -- one zstd frame
, row_sum INTEGER, arrivals INTEGER NOT NULL DEFAULT 1) STRICT, WITHOUT ROWID;

CREATE TABLE claim (
    id             TEXT PRIMARY KEY,
    event          TEXT NOT NULL,
    attribute      TEXT NOT NULL,
    text           TEXT NOT NULL,
    unit           TEXT NOT NULL,
    min_value      REAL, -- NULL: open
    max_value      REAL,
    approx_value   REAL,
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
    entity         TEXT NOT NULL,
    value_text     TEXT NOT NULL,
    hedge          TEXT NOT NULL,
    holder         TEXT NOT NULL,
    report         TEXT NOT NULL,
    start_byte     INTEGER NOT NULL,
    end_byte       INTEGER NOT NULL,
    annotator      TEXT NOT NULL,
    version        TEXT NOT NULL,
    rule           TEXT NOT NULL
, row_sum INTEGER) STRICT, WITHOUT ROWID;

CREATE INDEX claim_event ON claim (event, attribute);

CREATE TABLE claim_chain (
    claim            TEXT NOT NULL,
    ord              INTEGER NOT NULL,
    entity           TEXT NOT NULL,
    text             TEXT NOT NULL,
    cue_report       TEXT, -- NULL: no cue
    cue_start        INTEGER,
    cue_end          INTEGER,
    cue_annotator    TEXT,
    cue_version      TEXT,
    cue_rule         TEXT,
    outlet_of_report INTEGER NOT NULL, factuality TEXT NOT NULL DEFAULT '', row_sum INTEGER,
    PRIMARY KEY (claim, ord)
) STRICT, WITHOUT ROWID;

CREATE TABLE commitment (
    id              TEXT PRIMARY KEY,
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
, row_sum INTEGER) STRICT, WITHOUT ROWID;

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
    rule       TEXT NOT NULL, row_sum INTEGER,
    PRIMARY KEY (commitment, ord)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER decision_appends BEFORE INSERT ON decision
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM decision)
BEGIN
    SELECT RAISE(ABORT, 'the log of decisions only grows');
END;

CREATE TRIGGER decision_keeps BEFORE DELETE ON decision
BEGIN
    SELECT RAISE(ABORT, 'the log of decisions only grows');
END;

CREATE TRIGGER decision_stays BEFORE UPDATE ON decision
BEGIN
    SELECT RAISE(ABORT, 'the log of decisions only grows');
END;

CREATE TABLE decision (
    seq  INTEGER PRIMARY KEY,
    body TEXT NOT NULL, -- JSON of all fields but hash, with the hash of the entry before
    hash TEXT NOT NULL  -- SHA-256 of body
) STRICT;

CREATE TABLE decision_head (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    seq  INTEGER NOT NULL,
    hash TEXT NOT NULL
) STRICT;

CREATE TABLE "defect" (
    report TEXT NOT NULL,
    ord    INTEGER NOT NULL,
    kind   TEXT NOT NULL,
    note   TEXT NOT NULL, row_sum INTEGER,
    PRIMARY KEY (report, ord)
) STRICT, WITHOUT ROWID;

CREATE TABLE "defect_evidence" (
    of_report  TEXT NOT NULL,
    defect     INTEGER NOT NULL,
    ord        INTEGER NOT NULL,
    report     TEXT NOT NULL,
    start_byte INTEGER NOT NULL,
    end_byte   INTEGER NOT NULL,
    annotator  TEXT NOT NULL,
    version    TEXT NOT NULL,
    rule       TEXT NOT NULL, row_sum INTEGER,
    PRIMARY KEY (of_report, defect, ord)
) STRICT, WITHOUT ROWID;

CREATE TABLE "disagreement" (
    event     TEXT NOT NULL,
    ord       INTEGER NOT NULL,
    attribute TEXT NOT NULL,
    verdict   TEXT NOT NULL,
    why       TEXT NOT NULL, row_sum INTEGER,
    PRIMARY KEY (event, ord)
) STRICT, WITHOUT ROWID;

CREATE TABLE "disagreement_claim" (
    event        TEXT NOT NULL,
    disagreement INTEGER NOT NULL,
    ord          INTEGER NOT NULL,
    claim        TEXT NOT NULL, row_sum INTEGER,
    PRIMARY KEY (event, disagreement, ord)
) STRICT, WITHOUT ROWID;

CREATE TABLE entity (
    id       TEXT PRIMARY KEY,
    type     TEXT NOT NULL,
    name     TEXT NOT NULL,
    wikidata TEXT NOT NULL,
    country  TEXT NOT NULL
, row_sum INTEGER) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE entity_fts USING fts5 (names, roles, facets, content = '', contentless_delete = 1, tokenize = 'ascii');

CREATE TABLE entity_member (
    entity TEXT NOT NULL,
    ord    INTEGER NOT NULL,
    member TEXT NOT NULL, row_sum INTEGER,
    PRIMARY KEY (entity, ord)
) STRICT, WITHOUT ROWID;

CREATE TABLE "entity_mention" (
    entity     TEXT NOT NULL,
    report     TEXT NOT NULL,
    ord        INTEGER NOT NULL,
    start_byte INTEGER NOT NULL,
    end_byte   INTEGER NOT NULL,
    annotator  TEXT NOT NULL,
    version    TEXT NOT NULL,
    rule       TEXT NOT NULL,
    form       TEXT NOT NULL, row_sum INTEGER,
    PRIMARY KEY (entity, report, ord)
) STRICT, WITHOUT ROWID;

CREATE INDEX entity_mention_report ON entity_mention (report, start_byte);

CREATE TABLE entity_name (
    entity TEXT NOT NULL,
    ord    INTEGER NOT NULL, -- -1: the preferred name
    name   TEXT NOT NULL,
    folded TEXT NOT NULL, row_sum INTEGER, -- lower case, no accents, single spaces
    PRIMARY KEY (entity, ord)
) STRICT, WITHOUT ROWID;

CREATE INDEX entity_name_folded ON entity_name (folded, entity);

CREATE TABLE entity_role (
    entity    TEXT NOT NULL,
    ord       INTEGER NOT NULL,
    title     TEXT NOT NULL,
    from_date TEXT NOT NULL,
    to_date   TEXT NOT NULL, row_sum INTEGER,
    PRIMARY KEY (entity, ord)
) STRICT, WITHOUT ROWID;

CREATE TABLE "entity_role_evidence" (
    entity     TEXT NOT NULL,
    role       TEXT NOT NULL,    -- title
    nth        INTEGER NOT NULL, -- of the entity's roles with that title, from 0
    report     TEXT NOT NULL,
    ord        INTEGER NOT NULL,
    start_byte INTEGER NOT NULL,
    end_byte   INTEGER NOT NULL,
    annotator  TEXT NOT NULL,
    version    TEXT NOT NULL,
    rule       TEXT NOT NULL, row_sum INTEGER,
    PRIMARY KEY (entity, role, nth, report, ord)
) STRICT, WITHOUT ROWID;

CREATE INDEX entity_role_evidence_report ON entity_role_evidence (report);

CREATE VIRTUAL TABLE entity_words USING fts5vocab (entity_fts, row);

CREATE TABLE event (
    id             TEXT PRIMARY KEY,
    type           TEXT NOT NULL,
    mode           TEXT NOT NULL,
    title          TEXT NOT NULL,
    place          TEXT NOT NULL,
    status         TEXT NOT NULL,
    date_value     TEXT,
    date_end       TEXT,
    date_precision TEXT,
    date_basis     TEXT,
    date_report    TEXT,
    date_start     INTEGER,
    date_stop      INTEGER,
    date_annotator TEXT,
    date_version   TEXT,
    date_rule      TEXT
, row_sum INTEGER) STRICT, WITHOUT ROWID;

CREATE INDEX event_date ON event (date_value, id);

CREATE INDEX event_place ON event (place) WHERE place <> '';

CREATE TABLE event_attribute (
    event TEXT NOT NULL,
    name  TEXT NOT NULL,
    value TEXT NOT NULL, row_sum INTEGER,
    PRIMARY KEY (event, name)
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE event_fts USING fts5 (title, people, place, claims, facets, content = '', contentless_delete = 1, tokenize = 'ascii');

CREATE TABLE event_link (
    event      TEXT NOT NULL,
    ord        INTEGER NOT NULL,
    relation   TEXT NOT NULL,
    other      TEXT NOT NULL,
    report     TEXT NOT NULL,
    start_byte INTEGER NOT NULL,
    end_byte   INTEGER NOT NULL,
    annotator  TEXT NOT NULL,
    version    TEXT NOT NULL,
    rule       TEXT NOT NULL, row_sum INTEGER,
    PRIMARY KEY (event, ord)
) STRICT, WITHOUT ROWID;

CREATE TABLE "event_mention" (
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
    status        TEXT NOT NULL, row_sum INTEGER,
    PRIMARY KEY (event, report, ord)
) STRICT, WITHOUT ROWID;

CREATE INDEX event_mention_report ON event_mention (report, start_byte);

CREATE TABLE event_participant (
    event  TEXT NOT NULL,
    ord    INTEGER NOT NULL,
    entity TEXT NOT NULL,
    role   TEXT NOT NULL, row_sum INTEGER,
    PRIMARY KEY (event, ord)
) STRICT, WITHOUT ROWID;

CREATE INDEX event_participant_entity ON event_participant (entity, event);

CREATE TABLE feed (
    address       TEXT PRIMARY KEY,
    kind          TEXT NOT NULL, -- feed, sitemap, news-sitemap, list; '' not known yet
    title         TEXT NOT NULL,
    home          TEXT NOT NULL,
    categories    TEXT NOT NULL, -- a line each
    added         TEXT NOT NULL,
    etag          TEXT NOT NULL,
    last_modified TEXT NOT NULL,
    tried         TEXT NOT NULL,
    succeeded     TEXT NOT NULL,
    failures      INTEGER NOT NULL, -- in a row
    due           TEXT NOT NULL,
    every_ms      INTEGER NOT NULL,
    error         TEXT NOT NULL,
    items         INTEGER NOT NULL  -- pages it has listed
, row_sum INTEGER, moved_to TEXT NOT NULL DEFAULT '') STRICT, WITHOUT ROWID;

CREATE TABLE issue (
    id   TEXT PRIMARY KEY,
    name TEXT NOT NULL
, row_sum INTEGER) STRICT, WITHOUT ROWID;

CREATE TABLE issue_name (
    issue TEXT NOT NULL,
    ord   INTEGER NOT NULL,
    name  TEXT NOT NULL, row_sum INTEGER,
    PRIMARY KEY (issue, ord)
) STRICT, WITHOUT ROWID;

CREATE TABLE issue_position (
    issue    TEXT NOT NULL,
    ord      INTEGER NOT NULL,
    position TEXT NOT NULL, row_sum INTEGER, change_kind TEXT NOT NULL DEFAULT '', previous TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (issue, ord)
) STRICT, WITHOUT ROWID;

CREATE TABLE layers (
    report   TEXT NOT NULL REFERENCES report ON DELETE CASCADE,
    pipeline TEXT NOT NULL, -- names and versions of the annotators
    doc      BLOB NOT NULL, row_sum INTEGER,
    PRIMARY KEY (report, pipeline)
) STRICT;

CREATE TABLE link_digest (
    report TEXT PRIMARY KEY REFERENCES report ON DELETE CASCADE,
    digest BLOB NOT NULL -- of package link
, row_sum INTEGER) STRICT, WITHOUT ROWID;

CREATE TABLE listing (
    id        TEXT PRIMARY KEY, -- sum of feed, url and title
    feed      TEXT NOT NULL,    -- stays when the feed is followed no more
    url       TEXT NOT NULL,
    address   TEXT NOT NULL,    -- as the feed gives it
    title     TEXT NOT NULL,
    published TEXT NOT NULL,
    seen      TEXT NOT NULL
, row_sum INTEGER) STRICT, WITHOUT ROWID;

CREATE INDEX listing_feed ON listing (feed, url);

CREATE INDEX listing_url ON listing (url);

CREATE TABLE mistake (
    id         TEXT PRIMARY KEY, -- see store.Mistake
    at         TEXT NOT NULL,
    who        TEXT NOT NULL,
    report     TEXT NOT NULL,
    span_start INTEGER NOT NULL,
    span_end   INTEGER NOT NULL,
    note       TEXT NOT NULL
, row_sum INTEGER) STRICT, WITHOUT ROWID;

CREATE TABLE moved (
    id       TEXT NOT NULL,
    revision INTEGER NOT NULL, -- first that no longer holds it
    ord      INTEGER NOT NULL, -- successors that share most mentions first
    kind     TEXT NOT NULL,
    to_id    TEXT NOT NULL, row_sum INTEGER,    -- '': none
    PRIMARY KEY (id, revision, kind, ord)
) STRICT, WITHOUT ROWID;

CREATE TABLE "origin" (
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
, row_sum INTEGER) STRICT, WITHOUT ROWID;

CREATE TABLE page (
    url           TEXT PRIMARY KEY, -- one spelling, see store.Canonical
    address       TEXT NOT NULL,
    through       TEXT NOT NULL,
    title         TEXT NOT NULL,
    found         TEXT NOT NULL,
    published     TEXT NOT NULL,
    article       TEXT NOT NULL,    -- what answered, after redirects
    etag          TEXT NOT NULL,
    last_modified TEXT NOT NULL,
    fetched       TEXT NOT NULL,
    sha256        TEXT NOT NULL,
    looks         INTEGER NOT NULL,
    due           TEXT NOT NULL,
    failures      INTEGER NOT NULL,
    gone          INTEGER NOT NULL,
    error         TEXT NOT NULL
, row_sum INTEGER) STRICT, WITHOUT ROWID;

CREATE INDEX page_article ON page (article);

CREATE INDEX page_due ON page (due) WHERE due <> '';

CREATE TABLE pending (
    report TEXT PRIMARY KEY REFERENCES report ON DELETE CASCADE,
    mark   TEXT NOT NULL -- names report and layers as they are
, row_sum INTEGER) STRICT, WITHOUT ROWID;

CREATE TABLE position (
    id              TEXT PRIMARY KEY,
    ord             INTEGER NOT NULL,
    party           TEXT NOT NULL,
    addressee       TEXT NOT NULL,
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
, row_sum INTEGER) STRICT, WITHOUT ROWID;

CREATE INDEX position_report ON position (report, ord);

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
    outlet_of_report INTEGER NOT NULL, row_sum INTEGER,
    PRIMARY KEY (position, ord)
) STRICT, WITHOUT ROWID;

CREATE TABLE "record_candidate" (
    report TEXT NOT NULL,
    ord    INTEGER NOT NULL,
    value  TEXT NOT NULL,
    basis  TEXT NOT NULL, row_sum INTEGER,
    PRIMARY KEY (report, ord)
) STRICT, WITHOUT ROWID;

CREATE TABLE record_pipeline (
    pipeline TEXT PRIMARY KEY,
    reports  INTEGER NOT NULL
, row_sum INTEGER) STRICT, WITHOUT ROWID;

CREATE TABLE record_refusal (
    ord    INTEGER PRIMARY KEY,
    path   TEXT NOT NULL,
    reason TEXT NOT NULL
, row_sum INTEGER) STRICT;

CREATE TABLE "record_report" (
    report              TEXT PRIMARY KEY,
    path                TEXT NOT NULL,
    published_value     TEXT NOT NULL,
    published_precision TEXT NOT NULL,
    published_basis     TEXT NOT NULL,
    published_why       TEXT NOT NULL,
    published_earliest  TEXT NOT NULL,
    published_latest    TEXT NOT NULL,
    pipeline            TEXT NOT NULL DEFAULT '' -- of the layers that it was linked from
, row_sum INTEGER) STRICT, WITHOUT ROWID;

CREATE TABLE record_sum (
    kind TEXT NOT NULL,
    id   TEXT NOT NULL,
    sum  BLOB NOT NULL, row_sum INTEGER, -- 32 bytes: the sum modulo 2^256 of the SHA-256 of the owner's rows
    PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE refusal (
    path   TEXT PRIMARY KEY,
    reason TEXT NOT NULL
, row_sum INTEGER) STRICT, WITHOUT ROWID;

CREATE TABLE report (
    id                  TEXT PRIMARY KEY,
    sha256              TEXT NOT NULL REFERENCES capture,
    path                TEXT NOT NULL,
    url                 TEXT NOT NULL,
    outlet              TEXT NOT NULL,
    domain              TEXT NOT NULL,
    title               TEXT NOT NULL,
    byline              TEXT NOT NULL,
    language            TEXT NOT NULL,
    text                TEXT NOT NULL,
    published_value     TEXT NOT NULL,
    published_precision TEXT NOT NULL,
    published_basis     TEXT NOT NULL,
    published_why       TEXT NOT NULL,
    skip                TEXT NOT NULL,
    digest              TEXT NOT NULL -- SHA-256 of all fields but path and published
, published_earliest TEXT NOT NULL DEFAULT '', published_latest TEXT NOT NULL DEFAULT '', row_sum INTEGER, candidates INTEGER NOT NULL DEFAULT 0) STRICT;

CREATE INDEX report_sha256 ON report (sha256);

CREATE TABLE report_anomaly (
    report TEXT NOT NULL REFERENCES report ON DELETE CASCADE,
    ord    INTEGER NOT NULL,
    kind   TEXT NOT NULL,
    note   TEXT NOT NULL, row_sum INTEGER,
    PRIMARY KEY (report, ord)
) STRICT, WITHOUT ROWID;

CREATE TABLE report_anomaly_evidence (
    report     TEXT NOT NULL REFERENCES report ON DELETE CASCADE,
    anomaly    INTEGER NOT NULL,
    ord        INTEGER NOT NULL,
    ev_report  TEXT NOT NULL,
    start_byte INTEGER NOT NULL,
    end_byte   INTEGER NOT NULL,
    annotator  TEXT NOT NULL,
    version    TEXT NOT NULL,
    rule       TEXT NOT NULL, row_sum INTEGER,
    PRIMARY KEY (report, anomaly, ord)
) STRICT, WITHOUT ROWID;

CREATE TABLE report_candidate (
    report TEXT NOT NULL REFERENCES report ON DELETE CASCADE,
    ord    INTEGER NOT NULL,
    value  TEXT NOT NULL,
    basis  TEXT NOT NULL, row_sum INTEGER,
    PRIMARY KEY (report, ord)
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE report_fts USING fts5 (title, body, facets, content = '', contentless_delete = 1, tokenize = 'ascii');

CREATE TABLE report_noise (
    report     TEXT NOT NULL REFERENCES report ON DELETE CASCADE,
    ord        INTEGER NOT NULL,
    start_byte INTEGER NOT NULL,
    end_byte   INTEGER NOT NULL,
    reason     TEXT NOT NULL,
    annotator  TEXT NOT NULL,
    version    TEXT NOT NULL,
    rule       TEXT NOT NULL, row_sum INTEGER,
    PRIMARY KEY (report, ord)
) STRICT, WITHOUT ROWID;

CREATE TABLE report_sentence (
    report TEXT PRIMARY KEY REFERENCES report ON DELETE CASCADE,
    spans  BLOB NOT NULL -- see store.EncodeSpans
, row_sum INTEGER) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE report_words USING fts5vocab (report_fts, row);

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
, row_sum INTEGER) STRICT, WITHOUT ROWID;

CREATE INDEX response_party ON response (party, date_value, id);

CREATE INDEX response_report ON response (report, ord);

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
    outlet_of_report INTEGER NOT NULL, row_sum INTEGER,
    PRIMARY KEY (response, ord)
) STRICT, WITHOUT ROWID;

CREATE TABLE review_lease (
    item   TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    until  TEXT NOT NULL
, row_sum INTEGER) STRICT, WITHOUT ROWID;

CREATE TABLE revision (
    n        INTEGER PRIMARY KEY, -- from 1
    put_in   TEXT NOT NULL,       -- RFC 3339, UTC; '' unknown
    pipeline TEXT NOT NULL,       -- of most of its reports' layers
    reports  INTEGER NOT NULL,
    digest   TEXT NOT NULL        -- number of the migration, colon, SHA-256 of all rows; '' not summed
, row_sum INTEGER) STRICT;

CREATE TABLE revision_report (
    report TEXT NOT NULL,
    since  INTEGER NOT NULL, -- first revision that has it
    until  INTEGER, row_sum INTEGER,          -- last one; NULL: the present one
    PRIMARY KEY (report, since)
) STRICT, WITHOUT ROWID;

CREATE TABLE row_seal (
    name    TEXT PRIMARY KEY,
    columns TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE search_report (
    n      INTEGER PRIMARY KEY, -- row of report_fts
    report TEXT NOT NULL UNIQUE
, day TEXT) STRICT;

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

CREATE TABLE search_state (
    part    TEXT PRIMARY KEY, -- reports, record
    version TEXT NOT NULL     -- of the index; none: it is not there in full
) STRICT, WITHOUT ROWID;

CREATE TABLE site (
    name  TEXT PRIMARY KEY,
    state BLOB NOT NULL
, row_sum INTEGER) STRICT, WITHOUT ROWID;

CREATE TABLE statement (
    id             TEXT PRIMARY KEY,
    ord            INTEGER NOT NULL,
    report         TEXT NOT NULL,
    kind           TEXT NOT NULL,
    text           TEXT NOT NULL,
    cue_start      INTEGER, -- NULL: no cue
    cue_end        INTEGER,
    source_start   INTEGER, -- NULL: no source
    source_end     INTEGER,
    speaker        TEXT NOT NULL,
    addressee      TEXT NOT NULL,
    medium         TEXT NOT NULL,
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
    event          TEXT NOT NULL,
    nested_in      TEXT NOT NULL,
    uttered        INTEGER NOT NULL,
    annotator      TEXT NOT NULL,
    version        TEXT NOT NULL,
    rule           TEXT NOT NULL
, row_sum INTEGER) STRICT, WITHOUT ROWID;

CREATE INDEX statement_report ON statement (report);

CREATE INDEX statement_speaker ON statement (speaker, date_value, id);

CREATE TABLE statement_chain (
    statement        TEXT NOT NULL,
    ord              INTEGER NOT NULL,
    entity           TEXT NOT NULL,
    text             TEXT NOT NULL,
    cue_report       TEXT, -- NULL: no cue
    cue_start        INTEGER,
    cue_end          INTEGER,
    cue_annotator    TEXT,
    cue_version      TEXT,
    cue_rule         TEXT,
    outlet_of_report INTEGER NOT NULL, factuality TEXT NOT NULL DEFAULT '', row_sum INTEGER,
    PRIMARY KEY (statement, ord)
) STRICT, WITHOUT ROWID;

CREATE TABLE statement_content (
    statement  TEXT NOT NULL,
    ord        INTEGER NOT NULL,
    start_byte INTEGER NOT NULL,
    end_byte   INTEGER NOT NULL, row_sum INTEGER,
    PRIMARY KEY (statement, ord)
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE statement_fts USING fts5 (body, facets, content = '', contentless_delete = 1, tokenize = 'ascii');

CREATE TABLE thread (
    id    TEXT PRIMARY KEY,
    title TEXT NOT NULL
, row_sum INTEGER) STRICT, WITHOUT ROWID;

CREATE TABLE thread_event (
    thread TEXT NOT NULL,
    ord    INTEGER NOT NULL,
    event  TEXT NOT NULL, row_sum INTEGER,
    PRIMARY KEY (thread, ord)
) STRICT, WITHOUT ROWID;

CREATE INDEX thread_event_event ON thread_event (event);

CREATE TABLE thread_party (
    thread TEXT NOT NULL,
    ord    INTEGER NOT NULL,
    party  TEXT NOT NULL, row_sum INTEGER,
    PRIMARY KEY (thread, ord)
) STRICT, WITHOUT ROWID;

CREATE TABLE thread_report (
    thread TEXT NOT NULL,
    ord    INTEGER NOT NULL,
    report TEXT NOT NULL, row_sum INTEGER,
    PRIMARY KEY (thread, ord)
) STRICT, WITHOUT ROWID;

CREATE TABLE "timex" (
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
    function   TEXT NOT NULL, row_sum INTEGER,
    PRIMARY KEY (report, ord)
) STRICT, WITHOUT ROWID;

CREATE TABLE utterance (
    id      TEXT PRIMARY KEY,
    speaker TEXT NOT NULL
, row_sum INTEGER) STRICT, WITHOUT ROWID;

CREATE TABLE utterance_change (
    utterance     TEXT NOT NULL,
    variant       INTEGER NOT NULL,
    ord           INTEGER NOT NULL,
    fullest_start INTEGER NOT NULL,
    fullest_end   INTEGER NOT NULL,
    variant_start INTEGER NOT NULL,
    variant_end   INTEGER NOT NULL, row_sum INTEGER,
    PRIMARY KEY (utterance, variant, ord)
) STRICT, WITHOUT ROWID;

CREATE TABLE utterance_variant (
    utterance TEXT NOT NULL,
    ord       INTEGER NOT NULL,
    statement TEXT NOT NULL,
    kind      TEXT NOT NULL, row_sum INTEGER,
    PRIMARY KEY (utterance, ord)
) STRICT, WITHOUT ROWID;

CREATE TABLE violation_denial (
    commitment TEXT NOT NULL,
    violation  INTEGER NOT NULL,
    ord        INTEGER NOT NULL,
    response   TEXT NOT NULL, row_sum INTEGER,
    PRIMARY KEY (commitment, violation, ord)
) STRICT, WITHOUT ROWID;
