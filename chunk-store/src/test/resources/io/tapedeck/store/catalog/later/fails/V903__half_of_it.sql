-- What fails after its first statement.
create table half (id ${id} primary key);
insert into no_such_table (id) values (1);
