-- Tries to prove an identity, counted where every instance sees them.
create table tries (
  -- What is counted: an account (also one that does not exist), a client's network, its refreshes.
  scope text not null check (scope in ('account', 'address', 'refresh')),
  -- HMAC-SHA-256: neither an address that somebody typed nor one that somebody came from is kept.
  subject bytea not null check (octet_length(subject) = 32),
  window_ends_at timestamptz not null,
  failures integer not null,
  -- Tries whose outcome is not known yet; they count as failures until it is.
  under_way integer not null,
  -- How often in a row there were too many failures, and until when nothing is tried because of the last time.
  closings integer not null,
  closed_until timestamptz,
  -- From then on the row means nothing.
  forget_at timestamptz not null,
  primary key (scope, subject)
);

create index tries_forget on tries (forget_at);

-- The sessions of an account from the newest on, of which only so many are kept.
create index token_families_user_newest on token_families (user_id, created_at desc);
drop index token_families_user;
-- What housekeeping looks for.
create index token_families_revoked on token_families (revoked_at) where revoked_at is not null;
