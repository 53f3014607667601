-- +goose Up

-- What is followed, what it listed and the pages that came of it. Moments are
-- UTC to the millisecond (2031-05-02T10:00:00.000Z), '' none.
CREATE TABLE feed (
    address text COLLATE "C" PRIMARY KEY,
    kind text COLLATE "C" NOT NULL, -- feed, sitemap, news-sitemap, list; '' not known yet
    title text COLLATE "C" NOT NULL,
    home text COLLATE "C" NOT NULL,
    categories text COLLATE "C" NOT NULL, -- a line each
    added text COLLATE "C" NOT NULL,
    etag text COLLATE "C" NOT NULL,
    last_modified text COLLATE "C" NOT NULL,
    tried text COLLATE "C" NOT NULL,
    succeeded text COLLATE "C" NOT NULL,
    failures bigint NOT NULL, -- in a row
    due text COLLATE "C" NOT NULL,
    every_ms bigint NOT NULL,
    error text COLLATE "C" NOT NULL,
    items bigint NOT NULL  -- pages it has listed
);

CREATE TABLE listing (
    id text COLLATE "C" PRIMARY KEY, -- sum of feed, url and title
    feed text COLLATE "C" NOT NULL,  -- stays when the feed is followed no more
    url text COLLATE "C" NOT NULL,
    address text COLLATE "C" NOT NULL,  -- as the feed gives it
    title text COLLATE "C" NOT NULL,
    published text COLLATE "C" NOT NULL,
    seen text COLLATE "C" NOT NULL
);

CREATE INDEX listing_feed ON listing (feed, url);
CREATE INDEX listing_url ON listing (url);

CREATE TABLE page (
    url text COLLATE "C" PRIMARY KEY, -- one spelling, see store.Canonical
    address text COLLATE "C" NOT NULL,
    through text COLLATE "C" NOT NULL,
    title text COLLATE "C" NOT NULL,
    found text COLLATE "C" NOT NULL,
    published text COLLATE "C" NOT NULL,
    article text COLLATE "C" NOT NULL,  -- what answered, after redirects
    etag text COLLATE "C" NOT NULL,
    last_modified text COLLATE "C" NOT NULL,
    fetched text COLLATE "C" NOT NULL,
    sha256 text COLLATE "C" NOT NULL,
    looks bigint NOT NULL,
    due text COLLATE "C" NOT NULL,
    failures bigint NOT NULL,
    gone bigint NOT NULL,
    error text COLLATE "C" NOT NULL
);

CREATE INDEX page_due ON page (due) WHERE due <> '';
CREATE INDEX page_article ON page (article);

-- What is remembered of sites between processes: JSON of fetch.State.
CREATE TABLE site (
    name text COLLATE "C" PRIMARY KEY,
    state bytea NOT NULL
);

-- When the web gave the bytes; '' the carrier did not say.
ALTER TABLE arrival ADD COLUMN fetched text COLLATE "C" NOT NULL DEFAULT '';
