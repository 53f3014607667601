-- +goose Up

-- What is followed, what it listed and the pages that came of it. Moments are
-- UTC to the millisecond (2031-05-02T10:00:00.000Z), '' none.
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
) STRICT, WITHOUT ROWID;

CREATE TABLE listing (
    id        TEXT PRIMARY KEY, -- sum of feed, url and title
    feed      TEXT NOT NULL,    -- stays when the feed is followed no more
    url       TEXT NOT NULL,
    address   TEXT NOT NULL,    -- as the feed gives it
    title     TEXT NOT NULL,
    published TEXT NOT NULL,
    seen      TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX listing_feed ON listing (feed, url);
CREATE INDEX listing_url ON listing (url);

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
) STRICT, WITHOUT ROWID;

CREATE INDEX page_due ON page (due) WHERE due <> '';
CREATE INDEX page_article ON page (article);

-- What is remembered of sites between processes: JSON of fetch.State.
CREATE TABLE site (
    name  TEXT PRIMARY KEY,
    state BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- When the web gave the bytes; '' the carrier did not say.
ALTER TABLE arrival ADD COLUMN fetched TEXT NOT NULL DEFAULT '';
