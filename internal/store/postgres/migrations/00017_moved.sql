-- +goose Up

-- Where a feed is asked since it moved for good; '' still at its address, which
-- stays its name, so that what it listed stays its own.
ALTER TABLE feed ADD COLUMN moved_to text COLLATE "C" NOT NULL DEFAULT '';
UPDATE feed SET row_sum = NULL; -- summed anew with the new column
