#!/bin/sh
# Make the secrets of docker-compose.yml in ./secrets; those that exist are kept.
# The URL of the shop database is read from standard input, not from the command line,
# where a list of processes and the shell's history would show its password.
set -eu

# The folder is what keeps other users out. The files must be readable to all, because
# Compose mounts them as they are, and the containers run as users of their own.
umask 077
mkdir -p secrets
chmod 0700 secrets
echo '*' > secrets/.gitignore

random() {
    od -An -v -N32 -tx1 /dev/urandom | tr -d ' \n'
}

keep() {
    if [ -e "secrets/$1" ]; then
        echo "kept secrets/$1"
        return
    fi
    # No line end: Airflow would take it for a part of the secret. Named last, so that
    # an interrupted run leaves no half a secret.
    tr -d '\n' > "secrets/.$1"
    chmod 0444 "secrets/.$1"
    mv "secrets/.$1" "secrets/$1"
    echo "made secrets/$1"
}

random | keep postgres_password
echo "postgresql://admin:$(random)@postgres:5432/warehouse" | keep warehouse_url
echo "postgresql+psycopg://airflow:$(random)@postgres:5432/airflow" | keep airflow_database_url
head -c 32 /dev/urandom | base64 | tr '+/' '-_' | keep airflow_fernet_key
random | keep airflow_api_secret
random | keep airflow_jwt_secret
echo "{\"operator\": \"$(random)\"}" | keep airflow_login

if [ ! -e secrets/shop_url ]; then
    echo "URL of the shop database, postgresql://user:password@host:5432/name:" >&2
    read -r shop_url
    : "${shop_url:?was empty}"
fi
echo "${shop_url-}" | keep shop_url
