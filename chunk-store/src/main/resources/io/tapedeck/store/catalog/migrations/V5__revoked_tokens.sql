-- Hashes of API tokens that were revoked: a setting that still names one does not make it anew.
create table revoked_token (
    hash text primary key,
    revoked_at bigint not null
);
