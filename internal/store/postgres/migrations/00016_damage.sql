-- +goose Up

-- A sum of each row, see sqlstore.SumColumn: rows whose values are not those that
-- were written are found by it. NULL: not summed yet; what an earlier version
-- stored is summed when it is opened. Only the index of words and what is counted
-- beside it (search_*) have none: they are checked against what they index.
ALTER TABLE account ADD COLUMN row_sum bigint;
ALTER TABLE account_session ADD COLUMN row_sum bigint;
ALTER TABLE account_token ADD COLUMN row_sum bigint;
ALTER TABLE arrival ADD COLUMN row_sum bigint;
ALTER TABLE article_capture ADD COLUMN row_sum bigint;
ALTER TABLE article_report ADD COLUMN row_sum bigint;
ALTER TABLE capture ADD COLUMN row_sum bigint;
ALTER TABLE claim ADD COLUMN row_sum bigint;
ALTER TABLE claim_chain ADD COLUMN row_sum bigint;
ALTER TABLE commitment ADD COLUMN row_sum bigint;
ALTER TABLE commitment_violation ADD COLUMN row_sum bigint;
ALTER TABLE defect ADD COLUMN row_sum bigint;
ALTER TABLE defect_evidence ADD COLUMN row_sum bigint;
ALTER TABLE disagreement ADD COLUMN row_sum bigint;
ALTER TABLE disagreement_claim ADD COLUMN row_sum bigint;
ALTER TABLE entity ADD COLUMN row_sum bigint;
ALTER TABLE entity_member ADD COLUMN row_sum bigint;
ALTER TABLE entity_mention ADD COLUMN row_sum bigint;
ALTER TABLE entity_name ADD COLUMN row_sum bigint;
ALTER TABLE entity_role ADD COLUMN row_sum bigint;
ALTER TABLE entity_role_evidence ADD COLUMN row_sum bigint;
ALTER TABLE event ADD COLUMN row_sum bigint;
ALTER TABLE event_attribute ADD COLUMN row_sum bigint;
ALTER TABLE event_link ADD COLUMN row_sum bigint;
ALTER TABLE event_mention ADD COLUMN row_sum bigint;
ALTER TABLE event_participant ADD COLUMN row_sum bigint;
ALTER TABLE feed ADD COLUMN row_sum bigint;
ALTER TABLE issue ADD COLUMN row_sum bigint;
ALTER TABLE issue_name ADD COLUMN row_sum bigint;
ALTER TABLE issue_position ADD COLUMN row_sum bigint;
ALTER TABLE layers ADD COLUMN row_sum bigint;
ALTER TABLE link_digest ADD COLUMN row_sum bigint;
ALTER TABLE listing ADD COLUMN row_sum bigint;
ALTER TABLE mistake ADD COLUMN row_sum bigint;
ALTER TABLE moved ADD COLUMN row_sum bigint;
ALTER TABLE origin ADD COLUMN row_sum bigint;
ALTER TABLE page ADD COLUMN row_sum bigint;
ALTER TABLE pending ADD COLUMN row_sum bigint;
ALTER TABLE position ADD COLUMN row_sum bigint;
ALTER TABLE position_chain ADD COLUMN row_sum bigint;
ALTER TABLE record_candidate ADD COLUMN row_sum bigint;
ALTER TABLE record_pipeline ADD COLUMN row_sum bigint;
ALTER TABLE record_refusal ADD COLUMN row_sum bigint;
ALTER TABLE record_report ADD COLUMN row_sum bigint;
ALTER TABLE record_sum ADD COLUMN row_sum bigint;
ALTER TABLE refusal ADD COLUMN row_sum bigint;
ALTER TABLE report ADD COLUMN row_sum bigint;
ALTER TABLE report_anomaly ADD COLUMN row_sum bigint;
ALTER TABLE report_anomaly_evidence ADD COLUMN row_sum bigint;
ALTER TABLE report_candidate ADD COLUMN row_sum bigint;
ALTER TABLE report_noise ADD COLUMN row_sum bigint;
ALTER TABLE report_sentence ADD COLUMN row_sum bigint;
ALTER TABLE response ADD COLUMN row_sum bigint;
ALTER TABLE response_chain ADD COLUMN row_sum bigint;
ALTER TABLE review_lease ADD COLUMN row_sum bigint;
ALTER TABLE revision ADD COLUMN row_sum bigint;
ALTER TABLE revision_report ADD COLUMN row_sum bigint;
ALTER TABLE site ADD COLUMN row_sum bigint;
ALTER TABLE statement ADD COLUMN row_sum bigint;
ALTER TABLE statement_chain ADD COLUMN row_sum bigint;
ALTER TABLE statement_content ADD COLUMN row_sum bigint;
ALTER TABLE thread ADD COLUMN row_sum bigint;
ALTER TABLE thread_event ADD COLUMN row_sum bigint;
ALTER TABLE thread_party ADD COLUMN row_sum bigint;
ALTER TABLE thread_report ADD COLUMN row_sum bigint;
ALTER TABLE timex ADD COLUMN row_sum bigint;
ALTER TABLE utterance ADD COLUMN row_sum bigint;
ALTER TABLE utterance_change ADD COLUMN row_sum bigint;
ALTER TABLE utterance_variant ADD COLUMN row_sum bigint;
ALTER TABLE violation_denial ADD COLUMN row_sum bigint;

-- The columns of each table that its sums are of, parted by commas.
CREATE TABLE row_seal (
    name    text COLLATE "C" PRIMARY KEY,
    columns text COLLATE "C" NOT NULL
);

-- Backups that were made of the store.
CREATE TABLE backup (
    at      text COLLATE "C" NOT NULL, -- moment, as in feed
    place   text COLLATE "C" NOT NULL, -- file
    bytes   bigint NOT NULL,           -- of the file
    sha256  text COLLATE "C" NOT NULL, -- of the file
    row_sum bigint,
    PRIMARY KEY (at, place)
);
