-- The catalog, for SQLite and PostgreSQL alike. The placeholders are the only difference:
--   ${id}         a 64-bit primary key: SQLite's rowid is an "integer", PostgreSQL's is a "bigint"
--   ${bytes}      a byte string: "blob", "bytea"
--   ${clustered}  rows kept in the order of the primary key: "without rowid", nothing
--
-- Numbers of sessions and segments are given once and never again; everything refers to them. Instants are epoch
-- milliseconds. Booleans are 0 and 1.

-- Where the next block of numbers of each kind begins.
create table counter (
    name text primary key,
    next_number bigint not null
);
insert into counter (name, next_number) values ('session', 1), ('segment', 1);

create table node (
    node text primary key,
    epoch bigint not null
);

-- Which records of a node's journal are in committed segments: half-open, neither overlapping nor adjacent.
create table journal_range (
    node text not null,
    from_number bigint not null,
    to_number bigint not null,
    primary key (node, from_number)
);

-- Every object there is or may be. kind: 0 segment, 1 recording. state: 0 intent, 1 live, 2 doomed.
-- A segment is doomed in the transaction that brings live_sessions, its rows in segment_session, to 0.
create table object (
    key text primary key,
    kind smallint not null,
    store text not null,
    node text not null,
    state smallint not null,
    number bigint unique,
    bytes bigint not null default 0,
    live_sessions int not null default 0,
    intended_at bigint not null,
    committed_at bigint,
    doomed_at bigint
);
create index object_by_kind on object (kind, state);
create index object_intended on object (intended_at) where state = 0;
create index object_doomed on object (doomed_at, key) where state = 2;

-- The truth about each session. Written by every commit that touches the session, whose lock on this row puts commits
-- in order; therefore narrow in indexes: a second one would be written as often.
create table session (
    number ${id} primary key,
    project text not null,
    id text not null,
    rev bigint not null,
    generation int not null default 0,
    facts text, -- JSON; null only within the transaction that makes the row
    active_ms bigint,
    bytes_stored bigint not null default 0,
    last_received_at bigint not null default 0,
    is_final smallint not null default 0,
    settled smallint not null default 0,
    pinned smallint not null default 0,
    indexed_at bigint not null default 0,
    lease_holder text,
    lease_until bigint not null default 0,
    settle_after bigint not null default 0,
    unique (project, id)
);

-- What lists sort by. Rich in indexes and therefore written rarely: at first sight, when a minute has passed since
-- the last time, when something is new that can be searched for, and at settling. One index for each order.
create table session_index (
    number ${id} primary key,
    project text not null,
    id text not null,
    started_at bigint not null,
    last_event_at bigint not null,
    duration_ms bigint not null,
    errors bigint not null,
    rage_clicks bigint not null,
    last_received_at bigint not null,
    settled smallint not null
);
create index session_index_started on session_index (project, started_at, id);
create index session_index_duration on session_index (project, duration_ms, id);
create index session_index_last_event on session_index (project, last_event_at, id);
create index session_index_errors on session_index (project, errors, id);
create index session_index_unsettled on session_index (last_received_at) where settled = 0;

-- Whatever else can be searched for: users, pages, tags, custom events, browsers and so on, each distinct text once.
-- id is a hash of project, kind and text; "text" is in lower case.
create table term (
    project text not null,
    kind smallint not null,
    id bigint not null,
    text text not null,
    primary key (project, kind, id)
) ${clustered};

create table session_term (
    term bigint not null,
    session_number bigint not null,
    primary key (term, session_number)
) ${clustered};
create index session_term_by_session on session_term (session_number, term);

-- What each live segment holds of each session: its blocks and facts in one value. rev is the session's at the commit.
create table segment_session (
    session_number bigint not null,
    segment_number bigint not null,
    rev bigint not null,
    packed ${bytes} not null,
    primary key (session_number, segment_number)
);

create table recording (
    session_number bigint not null,
    key text not null,
    part int not null,
    bytes bigint not null,
    packed ${bytes} not null,
    primary key (session_number, key)
);

-- reason: 0 erased, 1 expired.
create table tombstone (
    project text not null,
    session text not null,
    reason smallint not null,
    at bigint not null,
    primary key (project, session)
);

create table project (
    slug text primary key,
    number int not null unique,
    name text not null,
    masking text not null,
    on_less_masking text not null,
    origins text not null, -- JSON
    retention_days int not null,
    sample_rate double precision not null,
    recording smallint not null
);

create table write_key (
    key text primary key,
    project text not null,
    created_at bigint not null,
    revoked_at bigint
);
create index write_key_by_project on write_key (project);

create table account (
    name text primary key,
    role text not null,
    password_hash text not null
);

create table api_token (
    hash text primary key,
    name text not null,
    role text not null,
    created_at bigint not null
);

create table login (
    hash text primary key,
    account text not null,
    created_at bigint not null,
    expires_at bigint not null
);
create index login_by_expiry on login (expires_at);
