-- +goose Up

-- How many rows hang on a report and on bytes that no digest of theirs holds: one
-- that is no longer found leaves no trace where the others are read.
ALTER TABLE report ADD COLUMN candidates INTEGER NOT NULL DEFAULT 0;
ALTER TABLE capture ADD COLUMN arrivals INTEGER NOT NULL DEFAULT 1;
UPDATE report SET candidates = (SELECT count(*) FROM report_candidate AS c WHERE c.report = report.id)
    WHERE EXISTS (SELECT 1 FROM report_candidate AS c WHERE c.report = report.id);
UPDATE capture SET arrivals = (SELECT count(*) FROM arrival AS a WHERE a.sha256 = capture.sha256)
    WHERE (SELECT count(*) FROM arrival AS a WHERE a.sha256 = capture.sha256) <> 1;
