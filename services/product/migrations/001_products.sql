create table products (
  id uuid primary key,
  name text not null check (length(name) between 1 and 200),
  -- Whole won.
  price bigint not null check (price >= 0),
  -- Milliseconds, as fine as a cursor can say it.
  created_at timestamptz(3) not null default now()
);

-- The order of the catalogue: newest first, ids break ties.
create index products_newest_first on products (created_at desc, id desc);
