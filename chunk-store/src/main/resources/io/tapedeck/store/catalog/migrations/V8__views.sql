-- Who has watched a session. It goes with the session's row; a process that does not know this table leaves it behind, where
-- nobody finds it: numbers of sessions are never used again.
create table session_view (
    session_number bigint not null,
    kind text not null, -- person, token or share
    viewer text not null, -- name of the account or the API token; id of the share
    made_by text, -- who made the share; null for the others
    first_at bigint not null,
    last_at bigint not null,
    times bigint not null, -- viewings: with a pause in between
    primary key (session_number, kind, viewer)
);
