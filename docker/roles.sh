#!/bin/bash
# Run once by the PostgreSQL image, on an empty volume: the owner runs migrations; the server
# works as a role that row-level security binds.
set -euo pipefail

psql --set=ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
  --set=owner_password="$OWNER_PASSWORD" --set=app_password="$APP_PASSWORD" <<'SQL'
create role echosensei_owner login nosuperuser nobypassrls nocreatedb createrole password :'owner_password';
create role echosensei_app login nosuperuser nobypassrls nocreatedb nocreaterole password :'app_password';
create database echosensei owner echosensei_owner encoding 'UTF8' locale 'C.UTF-8' template template0;
revoke all on database echosensei from public;
grant connect, temporary on database echosensei to echosensei_app;
SQL
