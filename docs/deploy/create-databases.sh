#!/bin/sh
# Run once by the PostgreSQL image, on an empty volume: a database and a login each for
# the warehouse and for Airflow, with the passwords of the URLs that the services get.
set -eu

export SECRETS="${SECRETS:-/run/secrets}"
for name in warehouse_url airflow_database_url; do
    if ! grep -Eq '^[^:]+://[^:]+:[^@]+@' "$SECRETS/$name"; then
        echo "$SECRETS/$name: wanted scheme://user:password@host:port/database" >&2
        exit 1
    fi
done

# psql reads the passwords itself, so that no list of processes shows them; and a
# statement that fails is not written to the server's log.
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 \
    --username "${POSTGRES_USER:-postgres}" --dbname postgres <<'SQL'
set log_min_error_statement = panic;
\set warehouse_password `sed -E 's|^[^:]+://[^:]+:([^@]+)@.*|\1|' "$SECRETS/warehouse_url"`
\set airflow_password `sed -E 's|^[^:]+://[^:]+:([^@]+)@.*|\1|' "$SECRETS/airflow_database_url"`

-- Not a superuser: `danggol migrate` needs to create roles and schemas, no more.
create role admin login createrole password :'warehouse_password';
create database warehouse owner admin;

create role airflow login password :'airflow_password';
create database airflow owner airflow;

-- By default every role may connect everywhere. `admin` looks from here which
-- databases there are.
revoke all on database airflow, postgres from public;
grant connect on database postgres to admin;
SQL
