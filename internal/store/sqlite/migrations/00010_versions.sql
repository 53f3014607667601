-- +goose Up

-- The reports that were seen at the address of an article, and the bodies of
-- bytes that read as each. Reports of one wording are one version.
CREATE TABLE article_report (
    url        TEXT NOT NULL, -- one spelling, see store.Canonical
    report     TEXT NOT NULL,
    wording    TEXT NOT NULL, -- see store.Wording
    first_seen TEXT NOT NULL,
    last_seen  TEXT NOT NULL,
    PRIMARY KEY (url, report)
) STRICT, WITHOUT ROWID;

CREATE INDEX article_report_report ON article_report (report);

CREATE TABLE article_capture (
    url    TEXT NOT NULL,
    report TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (url, report, sha256)
) STRICT, WITHOUT ROWID;
