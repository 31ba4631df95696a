/** Fails when a committed file is not what its generator writes: table types, the API's client, tables of documents. */
import { generateApiClient } from './generate-api-client.ts';
import { generateDatabaseSchema } from './generate-db-schema.ts';
import { generateInjectionsTable } from './generate-injections-table.ts';
import { generateProtectedTable } from './generate-protected-table.ts';
import { generateRepositoriesTable } from './generate-repositories-table.ts';
import { generateRouteTable } from './generate-route-table.ts';
import { generateRunnersTable } from './generate-runners-table.ts';
import { generateSecurityTable } from './generate-security-table.ts';
import { generateTestsTable } from './generate-tests-table.ts';

const checks = [
  { file: 'db/schema.ts', remedy: 'npm run db:generate', run: generateDatabaseSchema },
  { file: 'api/client/schema.ts', remedy: 'npm run api:generate', run: generateApiClient },
  { file: 'docs/agents.md', remedy: 'node scripts/generate-protected-table.ts', run: generateProtectedTable },
  { file: 'docs/agents.md', remedy: 'node scripts/generate-runners-table.ts', run: generateRunnersTable },
  { file: 'docs/agents.md', remedy: 'node scripts/generate-tests-table.ts', run: generateTestsTable },
  { file: 'docs/interfaces.md', remedy: 'node scripts/generate-route-table.ts', run: generateRouteTable },
  { file: 'docs/security.md', remedy: 'node scripts/generate-security-table.ts', run: generateSecurityTable },
  { file: 'docs/security.md', remedy: 'node scripts/generate-injections-table.ts', run: generateInjectionsTable },
  {
    file: 'docs/repositories.md',
    remedy: 'node scripts/generate-repositories-table.ts',
    run: generateRepositoriesTable,
  },
];

let stale = 0;
for (const { file, remedy, run } of checks) {
  try {
    await run({ verify: true });
    console.log(`${file} is up to date`);
  } catch (error) {
    stale += 1;
    console.error(`${file} differs from what its generator writes; run \`${remedy}\` and commit the result`);
    console.error(error instanceof Error ? error.message : error);
  }
}
// Not by exitCode: the embedded PostgreSQL's package ends a process that has come to its end with 0, whatever that is.
process.exit(stale === 0 ? 0 : 1);
