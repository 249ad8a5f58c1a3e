-- recorded: a window of the session was recorded. Until then there are only events that came beside a recording (such as
-- analytics of a visit that was not sampled): the session is in no list and is not settled, and its rows are in none of
-- the indexes that lists and settling use, however many there are.
alter table session_index add column recorded smallint not null default 1;
drop index session_index_started;
drop index session_index_duration;
drop index session_index_last_event;
drop index session_index_errors;
drop index session_index_unsettled;
drop index session_index_part_due;
create index session_index_started on session_index (project, started_at, id) where recorded = 1;
create index session_index_duration on session_index (project, duration_ms, id) where recorded = 1;
create index session_index_last_event on session_index (project, last_event_at, id) where recorded = 1;
create index session_index_errors on session_index (project, errors, id) where recorded = 1;
create index session_index_unsettled on session_index (last_received_at) where settled = 0 and recorded = 1;
create index session_index_part_due on session_index (number) where part_due = 1 and recorded = 1;
