-- +goose Up

-- Who may sign in, and by what. Secrets are kept hashed alone.
CREATE TABLE account (
    name text COLLATE "C" NOT NULL PRIMARY KEY,
    scopes text COLLATE "C" NOT NULL, -- read, review, admin
    password text COLLATE "C" NOT NULL, -- PHC string of argon2id, '' none
    subject text COLLATE "C" NOT NULL, -- issuer and subject of OpenID Connect, '' none
    disabled bigint NOT NULL,
    made text COLLATE "C" NOT NULL,
    signed_in text COLLATE "C" NOT NULL
);

CREATE UNIQUE INDEX account_subject ON account (subject) WHERE subject <> '';

CREATE TABLE account_token (
    hash text COLLATE "C" NOT NULL PRIMARY KEY, -- SHA-256 of the secret
    id text COLLATE "C" NOT NULL UNIQUE,
    account text COLLATE "C" NOT NULL REFERENCES account,
    label text COLLATE "C" NOT NULL,
    scopes text COLLATE "C" NOT NULL,
    made text COLLATE "C" NOT NULL,
    expires text COLLATE "C" NOT NULL,
    used text COLLATE "C" NOT NULL,
    revoked text COLLATE "C" NOT NULL
);

CREATE INDEX account_token_account ON account_token (account);

CREATE TABLE account_session (
    hash text COLLATE "C" NOT NULL PRIMARY KEY, -- SHA-256 of what the cookie holds
    account text COLLATE "C" NOT NULL REFERENCES account,
    made text COLLATE "C" NOT NULL,
    seen text COLLATE "C" NOT NULL,
    expires text COLLATE "C" NOT NULL
);

CREATE INDEX account_session_account ON account_session (account);
