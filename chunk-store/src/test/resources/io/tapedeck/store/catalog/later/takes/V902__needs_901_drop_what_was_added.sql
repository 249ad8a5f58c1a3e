-- What a version after that might take away.
drop index session_added_later;
