-- Tells whoever caches products which of them changed, with the commit that changes them: an id, or * for many.
-- An insert concerns nobody, since what is unknown is not cached.
create function notify_products_changed() returns trigger language plpgsql as $$
begin
  -- Past a hundred, one word is cheaper for every listener than the ids.
  if (select count(*) from (select 1 from changed limit 101) few) > 100 then
    perform pg_notify('products_changed', '*');
  else
    perform pg_notify('products_changed', id::text) from changed;
  end if;
  return null;
end
$$;

create function notify_all_products_changed() returns trigger language plpgsql as $$
begin
  perform pg_notify('products_changed', '*');
  return null;
end
$$;

create trigger products_updated after update on products
  referencing old table as changed for each statement execute function notify_products_changed();
create trigger products_deleted after delete on products
  referencing old table as changed for each statement execute function notify_products_changed();
create trigger products_truncated after truncate on products
  for each statement execute function notify_all_products_changed();
