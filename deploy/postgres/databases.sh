#!/bin/sh
# Runs once, when the volume is empty: a database and an owner for each service, which can open no other database.
set -eu

create() {
  psql --set ON_ERROR_STOP=1 --set name="$1" --set password="$2" --username "$POSTGRES_USER" --dbname postgres <<'SQL'
create role :"name" login password :'password';
create database :"name" owner :"name";
revoke connect on database :"name" from public;
SQL
}

create user "$USER_DB_PASSWORD"
create product "$PRODUCT_DB_PASSWORD"
create payment "$PAYMENT_DB_PASSWORD"
