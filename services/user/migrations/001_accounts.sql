create table users (
  id uuid primary key,
  -- Kept in lower case, so that one index decides whether an address is taken.
  email text not null check (email = lower(email)),
  name text not null,
  -- A PHC string: algorithm, parameters and salt beside the hash.
  password_hash text not null,
  created_at timestamptz not null default now()
);

create unique index users_email on users (email);
