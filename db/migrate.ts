/** Brings a database to the newest schema; safe to run from several processes at once (Kysely locks). */
import { Migrator } from 'kysely/migration';
import { connect, type Database } from './connection.ts';
import { migrations } from './migrations/index.ts';

/** Runs the migrations that are missing, and returns their names. */
export async function migrate(db: Database): Promise<string[]> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error, results = [] } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
  return results.map((result) => result.migrationName);
}

if (import.meta.main) {
  const { loadConfig } = await import('../config/config.ts');
  const db = connect(loadConfig().databaseUrl);
  const ran = await migrate(db);
  console.log(ran.length === 0 ? 'The database is up to date.' : `Migrated: ${ran.join(', ')}`);
  await db.destroy();
}
