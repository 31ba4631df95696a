#!/bin/sh
# Makes Temporal's two databases in the factory's PostgreSQL, or brings them up to date. Safe to run again.
set -eu

schema=/etc/temporal/schema/postgresql/v12
for database in temporal temporal_visibility; do
  temporal-sql-tool --db "$database" create
  # Fails when it was done before; what matters is said by the update.
  temporal-sql-tool --db "$database" setup-schema -v 0.0 || true
done
temporal-sql-tool --db temporal update-schema -d "$schema/temporal/versioned"
temporal-sql-tool --db temporal_visibility update-schema -d "$schema/visibility/versioned"
