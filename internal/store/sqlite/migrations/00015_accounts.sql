-- +goose Up

-- Who may sign in, and by what. Secrets are kept hashed alone.
CREATE TABLE account (
    name      TEXT NOT NULL PRIMARY KEY,
    scopes    TEXT NOT NULL, -- read, review, admin
    password  TEXT NOT NULL, -- PHC string of argon2id, '' none
    subject   TEXT NOT NULL, -- issuer and subject of OpenID Connect, '' none
    disabled  INTEGER NOT NULL,
    made      TEXT NOT NULL,
    signed_in TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX account_subject ON account (subject) WHERE subject <> '';

CREATE TABLE account_token (
    hash    TEXT NOT NULL PRIMARY KEY, -- SHA-256 of the secret
    id      TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL REFERENCES account,
    label   TEXT NOT NULL,
    scopes  TEXT NOT NULL,
    made    TEXT NOT NULL,
    expires TEXT NOT NULL,
    used    TEXT NOT NULL,
    revoked TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX account_token_account ON account_token (account);

CREATE TABLE account_session (
    hash    TEXT NOT NULL PRIMARY KEY, -- SHA-256 of what the cookie holds
    account TEXT NOT NULL REFERENCES account,
    made    TEXT NOT NULL,
    seen    TEXT NOT NULL,
    expires TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX account_session_account ON account_session (account);
