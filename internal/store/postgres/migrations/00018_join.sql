-- +goose Up

-- The issue of a position and how its party's stand changed are decided with the
-- issue, from reports that need not change: they belong to the issue. So does the
-- utterance of a statement to the utterance.
ALTER TABLE issue_position ADD COLUMN change_kind text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE issue_position ADD COLUMN previous text COLLATE "C" NOT NULL DEFAULT '';
UPDATE issue_position SET change_kind = p.change_kind, previous = p.previous
    FROM position AS p WHERE p.id = issue_position.position AND p.issue = issue_position.issue;
UPDATE position SET change_kind = '', previous = ''
    WHERE EXISTS (SELECT 1 FROM issue_position AS i WHERE i.position = position.id AND i.issue = position.issue);
DROP INDEX position_party;
ALTER TABLE position DROP COLUMN issue;
ALTER TABLE statement DROP COLUMN utterance;
