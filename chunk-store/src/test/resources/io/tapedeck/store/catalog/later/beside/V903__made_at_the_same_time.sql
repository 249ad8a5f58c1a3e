-- What somebody else might have added meanwhile.
create table added_beside (id ${id} primary key, name text not null);
