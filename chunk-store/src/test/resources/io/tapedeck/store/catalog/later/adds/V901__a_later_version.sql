-- What a later version of the program might add.
create table added_later (id ${id} primary key, name text not null);
alter table session add column added_later bigint not null default 7;
create index session_added_later on session (added_later);
insert into counter (name, next_number) values ('added_later', 1);
