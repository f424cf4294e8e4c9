# Installs what is not there yet: Debian's PostgreSQL 15, without a cluster of its own,
# MariaDB's programs, without a service, and Chromium with letters for Korean.
set -eu
[ "$(id -u)" = 0 ] || { echo "make test-system needs root: it mounts and installs" >&2; exit 1; }
[ -x /usr/lib/postgresql/15/bin/initdb ] && command -v mariadbd >/dev/null &&
    [ -x /usr/bin/chromium ] && [ -d /usr/share/doc/fonts-noto-cjk ] && exit
command -v apt-get >/dev/null || { echo "make test-system needs Debian's apt-get" >&2; exit 1; }
mkdir -p /etc/postgresql-common/createcluster.d
echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.d/danggol-tests.conf
export DEBIAN_FRONTEND=noninteractive
apt-get update --quiet --quiet
apt-get install --quiet --quiet --yes --no-install-recommends \
    postgresql-15 mariadb-server-core mariadb-client chromium fonts-noto-cjk >/dev/null
