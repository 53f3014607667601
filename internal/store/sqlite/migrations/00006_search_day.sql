-- The day by which a report is shown, beside the row of its index, so that what
-- a word finds is put in order with one look-up a report and not three.

-- +goose Up
ALTER TABLE search_report ADD COLUMN day TEXT; -- '' unknown; NULL: not in the record

DROP INDEX record_report_report;
