-- What people have written about a session. A note goes with the session's row; a process that does not know this table
-- leaves it behind, where nobody finds it until it is deleted: numbers of sessions are never used again.
create table session_note (
    id text primary key,
    session_number bigint not null,
    author text not null, -- name of an account or an API token, as it was then
    created_at bigint not null,
    at_ms bigint, -- which moment, from the session's start; null: the whole session
    text text not null
);
create index session_note_by_session on session_note (session_number);
