-- +goose Up

-- When a capture came in: RFC 3339, UTC, whole seconds; '' for what came
-- before this version. It says nothing of the report and enters no record.
ALTER TABLE arrival ADD COLUMN read_in TEXT NOT NULL DEFAULT '';
