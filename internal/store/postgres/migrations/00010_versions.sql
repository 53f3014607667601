-- +goose Up

-- The reports that were seen at the address of an article, and the bodies of
-- bytes that read as each. Reports of one wording are one version.
CREATE TABLE article_report (
    url text COLLATE "C" NOT NULL, -- one spelling, see store.Canonical
    report text COLLATE "C" NOT NULL,
    wording text COLLATE "C" NOT NULL, -- see store.Wording
    first_seen text COLLATE "C" NOT NULL,
    last_seen text COLLATE "C" NOT NULL,
    PRIMARY KEY (url, report)
);

CREATE INDEX article_report_report ON article_report (report);

CREATE TABLE article_capture (
    url text COLLATE "C" NOT NULL,
    report text COLLATE "C" NOT NULL,
    sha256 text COLLATE "C" NOT NULL,
    PRIMARY KEY (url, report, sha256)
);
