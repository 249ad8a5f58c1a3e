-- A link to one session for people without an account. It goes with the session's row; a process that does not know this
-- table leaves it behind, where nobody finds it: numbers of sessions are never used again.
create table session_share (
    id text primary key, -- not the secret
    hash text not null unique, -- SHA-256 of the secret as hex
    session_number bigint not null,
    made_by text not null,
    created_at bigint not null,
    expires_at bigint not null,
    start_ms bigint not null -- where the replay begins, from the session's start
);
create index session_share_by_session on session_share (session_number);
create index session_share_by_expiry on session_share (expires_at);
