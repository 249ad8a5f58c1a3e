-- CaptureSettings as JSON; null: as they are by default.
alter table project add column capture text;
