-- Retention, erasure, compaction, parts of long sessions, keys of sessions, the audit trail.

-- A RetentionPolicy as JSON; policy_rev is raised when it changes. A project that is erased stays, so that its slug and
-- number are never another's.
alter table project add column retention text;
update project set retention = '{"keepHours":' || (retention_days * 24) || ',"rules":[]}';
alter table project drop column retention_days;
alter table project add column policy_rev bigint not null default 1;
alter table project add column erased_at bigint;

-- held: legal hold. hot_bytes, hot_since: raw bytes of what is not settled, where each chunk counts as 4 KB at least, and
-- when the first of it was received (0: none).
alter table session add column held smallint not null default 0;
alter table session add column hot_bytes bigint not null default 0;
alter table session add column hot_since bigint not null default 0;

create index session_marked on session (project, id) where pinned = 1 or held = 1;

-- first_received_at: 0 where policy_rev is 0. expires_at by the policy with the revision policy_rev; null: never (pinned,
-- held). part_due: so much is hot that a part is due although the session lives.
alter table session_index add column first_received_at bigint not null default 0;
alter table session_index add column expires_at bigint;
alter table session_index add column policy_rev bigint not null default 0;
alter table session_index add column bytes_raw bigint not null default 0;
alter table session_index add column bytes_stored bigint not null default 0;
alter table session_index add column part_due smallint not null default 0;
create index session_index_expiry on session_index (expires_at) where expires_at is not null;
create index session_index_policy on session_index (project, policy_rev);
create index session_index_part_due on session_index (number) where part_due = 1;

-- Of a segment, block_bytes: all of its blocks; live_bytes: those that a session still has; holds_erased: some of the rest
-- was erased. urgent: once it is doomed, it is deleted without a grace.
alter table object add column block_bytes bigint not null default 0;
alter table object add column live_bytes bigint not null default 0;
alter table object add column holds_erased smallint not null default 0;
alter table object add column urgent smallint not null default 0;
alter table object add column lease_holder text;
alter table object add column lease_until bigint not null default 0;
create index object_segments on object (committed_at) where kind = 0 and state = 1;
create index object_holds_erased on object (key) where holds_erased = 1;
create index object_urgent on object (key) where state = 2 and urgent = 1;
-- What is there has not been measured: it counts as live until it is touched.
update object set live_bytes = bytes, block_bytes = bytes;

-- Segments that hold blocks of a session although it does not refer to them any more (they were settled, or copied to
-- another segment), until the segment is deleted: erasing the session must find them.
create table former_segment (
    session_number bigint not null,
    segment_number bigint not null,
    primary key (session_number, segment_number)
) ${clustered};
create index former_segment_by_segment on former_segment (segment_number);

-- By segment, for whoever rewrites or verifies one.
create index segment_session_by_segment on segment_session (segment_number, session_number);

-- erasures_passed: nothing in the node's journal is covered by an erasure up to this number.
alter table node add column seen_at bigint not null default 0;
alter table node add column erasures_passed bigint not null default 0;
alter table node add column retired_at bigint;

-- erasure: which one made it, null for expiry. swept: everything that describes the session is gone.
alter table tombstone add column erasure bigint;
alter table tombstone add column swept smallint not null default 1;
create index tombstone_unswept on tombstone (erasure, project, session) where swept = 0;
create index tombstone_by_erasure on tombstone (erasure) where erasure is not null;
create index tombstone_expired on tombstone (at) where reason = 1;

-- Users by a digest of project and id, so that remembering who was erased does not remember the name. What carries the
-- user and was first received up to "at" is covered.
create table user_tombstone (
    project text not null,
    user_digest text not null,
    at bigint not null,
    erasure bigint not null,
    primary key (project, user_digest)
);

-- kind: 0 session, 1 user, 2 project. subject: null once a user's erasure is final. in_meta: the tombstones are in the
-- object store too.
create table erasure (
    number ${id} primary key,
    id text not null unique,
    project text not null,
    kind smallint not null,
    subject text,
    reason text,
    requested_by text not null,
    requested_at bigint not null,
    sessions bigint not null default 0,
    in_meta smallint not null default 0,
    final_at bigint,
    certificate text
);
create index erasure_open on erasure (number) where final_at is null;
create index erasure_by_project on erasure (project, number);
insert into counter (name, next_number) values ('erasure', 1);

-- Objects that hold what an erasure covers. bytes: 0 if it was never committed. maybe: it was not committed when it was
-- noted, and holds nothing of it should it be committed after all.
create table erasure_object (
    erasure bigint not null,
    key text not null,
    kind smallint not null,
    bytes bigint not null,
    maybe smallint not null default 0,
    deleted_at bigint,
    primary key (erasure, key)
);
create index erasure_object_by_key on erasure_object (key);
create index erasure_object_left on erasure_object (erasure) where deleted_at is null;

-- What was removed so far. reason: as in tombstone.
create table removed (
    project text not null,
    reason smallint not null,
    sessions bigint not null,
    bytes bigint not null,
    primary key (project, reason)
);

-- Terms that removed sessions had, and that perhaps no session has any more.
create table loose_term (
    project text not null,
    term bigint not null,
    primary key (project, term)
) ${clustered};

-- The key that a session's recordings are encrypted with, itself encrypted with the master key.
create table session_key (
    project text not null,
    session text not null,
    wrapped ${bytes} not null,
    primary key (project, session)
) ${clustered};

-- Who changed what. detail: JSON.
create table audit (
    number ${id} primary key,
    at bigint not null,
    actor text not null,
    action text not null,
    project text,
    subject text,
    detail text
);
create index audit_by_project on audit (project, number);
-- admin: raised with every change of what the snapshot in the object store holds.
insert into counter (name, next_number) values ('audit', 1), ('admin', 1);
