#!/bin/bash
# Runs when the database container makes its cluster: the roles of iom/embedded/roles.sql, their passwords, and
# the database given to its owner. Running it again changes nothing but the passwords.
set -euo pipefail
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
  --set roles="${ROLES_FILE:-/iom/roles.sql}" <<'SQL'
\getenv owner_password OWNER_PASSWORD
\getenv web_password WEB_PASSWORD
\i :roles
ALTER ROLE iom_owner PASSWORD :'owner_password';
ALTER ROLE iom_web PASSWORD :'web_password';
SELECT format('ALTER DATABASE %I OWNER TO iom_owner', current_database()) \gexec
SQL
