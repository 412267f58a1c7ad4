-- One login. Its access tokens name it as sid, its refresh tokens follow one another.
create table token_families (
  id uuid primary key,
  user_id uuid not null references users (id) on delete cascade,
  created_at timestamptz not null,
  revoked_at timestamptz,
  revoked_because text check (revoked_because in ('logout', 'reuse'))
);

create index token_families_user on token_families (user_id);

create table refresh_tokens (
  -- HMAC-SHA-256 of the token. The token itself is nowhere.
  digest bytea primary key check (octet_length(digest) = 32),
  family_id uuid not null references token_families (id) on delete cascade,
  issued_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);

create index refresh_tokens_family on refresh_tokens (family_id);
create index refresh_tokens_expiry on refresh_tokens (expires_at);
