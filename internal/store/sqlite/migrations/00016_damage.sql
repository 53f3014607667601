-- +goose Up

-- A sum of each row, see sqlstore.SumColumn: rows whose values are not those that
-- were written are found by it. NULL: not summed yet; what an earlier version
-- stored is summed when it is opened. Only the index of words and what is counted
-- beside it (search_*) have none: they are checked against what they index.
ALTER TABLE account ADD COLUMN row_sum INTEGER;
ALTER TABLE account_session ADD COLUMN row_sum INTEGER;
ALTER TABLE account_token ADD COLUMN row_sum INTEGER;
ALTER TABLE arrival ADD COLUMN row_sum INTEGER;
ALTER TABLE article_capture ADD COLUMN row_sum INTEGER;
ALTER TABLE article_report ADD COLUMN row_sum INTEGER;
ALTER TABLE capture ADD COLUMN row_sum INTEGER;
ALTER TABLE claim ADD COLUMN row_sum INTEGER;
ALTER TABLE claim_chain ADD COLUMN row_sum INTEGER;
ALTER TABLE commitment ADD COLUMN row_sum INTEGER;
ALTER TABLE commitment_violation ADD COLUMN row_sum INTEGER;
ALTER TABLE defect ADD COLUMN row_sum INTEGER;
ALTER TABLE defect_evidence ADD COLUMN row_sum INTEGER;
ALTER TABLE disagreement ADD COLUMN row_sum INTEGER;
ALTER TABLE disagreement_claim ADD COLUMN row_sum INTEGER;
ALTER TABLE entity ADD COLUMN row_sum INTEGER;
ALTER TABLE entity_member ADD COLUMN row_sum INTEGER;
ALTER TABLE entity_mention ADD COLUMN row_sum INTEGER;
ALTER TABLE entity_name ADD COLUMN row_sum INTEGER;
ALTER TABLE entity_role ADD COLUMN row_sum INTEGER;
ALTER TABLE entity_role_evidence ADD COLUMN row_sum INTEGER;
ALTER TABLE event ADD COLUMN row_sum INTEGER;
ALTER TABLE event_attribute ADD COLUMN row_sum INTEGER;
ALTER TABLE event_link ADD COLUMN row_sum INTEGER;
ALTER TABLE event_mention ADD COLUMN row_sum INTEGER;
ALTER TABLE event_participant ADD COLUMN row_sum INTEGER;
ALTER TABLE feed ADD COLUMN row_sum INTEGER;
ALTER TABLE issue ADD COLUMN row_sum INTEGER;
ALTER TABLE issue_name ADD COLUMN row_sum INTEGER;
ALTER TABLE issue_position ADD COLUMN row_sum INTEGER;
ALTER TABLE layers ADD COLUMN row_sum INTEGER;
ALTER TABLE link_digest ADD COLUMN row_sum INTEGER;
ALTER TABLE listing ADD COLUMN row_sum INTEGER;
ALTER TABLE mistake ADD COLUMN row_sum INTEGER;
ALTER TABLE moved ADD COLUMN row_sum INTEGER;
ALTER TABLE origin ADD COLUMN row_sum INTEGER;
ALTER TABLE page ADD COLUMN row_sum INTEGER;
ALTER TABLE pending ADD COLUMN row_sum INTEGER;
ALTER TABLE position ADD COLUMN row_sum INTEGER;
ALTER TABLE position_chain ADD COLUMN row_sum INTEGER;
ALTER TABLE record_candidate ADD COLUMN row_sum INTEGER;
ALTER TABLE record_pipeline ADD COLUMN row_sum INTEGER;
ALTER TABLE record_refusal ADD COLUMN row_sum INTEGER;
ALTER TABLE record_report ADD COLUMN row_sum INTEGER;
ALTER TABLE record_sum ADD COLUMN row_sum INTEGER;
ALTER TABLE refusal ADD COLUMN row_sum INTEGER;
ALTER TABLE report ADD COLUMN row_sum INTEGER;
ALTER TABLE report_anomaly ADD COLUMN row_sum INTEGER;
ALTER TABLE report_anomaly_evidence ADD COLUMN row_sum INTEGER;
ALTER TABLE report_candidate ADD COLUMN row_sum INTEGER;
ALTER TABLE report_noise ADD COLUMN row_sum INTEGER;
ALTER TABLE report_sentence ADD COLUMN row_sum INTEGER;
ALTER TABLE response ADD COLUMN row_sum INTEGER;
ALTER TABLE response_chain ADD COLUMN row_sum INTEGER;
ALTER TABLE review_lease ADD COLUMN row_sum INTEGER;
ALTER TABLE revision ADD COLUMN row_sum INTEGER;
ALTER TABLE revision_report ADD COLUMN row_sum INTEGER;
ALTER TABLE site ADD COLUMN row_sum INTEGER;
ALTER TABLE statement ADD COLUMN row_sum INTEGER;
ALTER TABLE statement_chain ADD COLUMN row_sum INTEGER;
ALTER TABLE statement_content ADD COLUMN row_sum INTEGER;
ALTER TABLE thread ADD COLUMN row_sum INTEGER;
ALTER TABLE thread_event ADD COLUMN row_sum INTEGER;
ALTER TABLE thread_party ADD COLUMN row_sum INTEGER;
ALTER TABLE thread_report ADD COLUMN row_sum INTEGER;
ALTER TABLE timex ADD COLUMN row_sum INTEGER;
ALTER TABLE utterance ADD COLUMN row_sum INTEGER;
ALTER TABLE utterance_change ADD COLUMN row_sum INTEGER;
ALTER TABLE utterance_variant ADD COLUMN row_sum INTEGER;
ALTER TABLE violation_denial ADD COLUMN row_sum INTEGER;

-- The columns of each table that its sums are of, parted by commas.
CREATE TABLE row_seal (
    name    TEXT PRIMARY KEY,
    columns TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Backups that were made of the store.
CREATE TABLE backup (
    at      TEXT NOT NULL,    -- moment, as in feed
    place   TEXT NOT NULL,    -- file
    bytes   INTEGER NOT NULL, -- of the file
    sha256  TEXT NOT NULL,    -- of the file
    row_sum INTEGER,
    PRIMARY KEY (at, place)
) STRICT, WITHOUT ROWID;
