/** The servers that test files get from test/run.ts, for a part of the fault suite that needs no whole stack. */
import { findTemporal } from '../runner/environment.ts';
import { startPostgres } from '../runner/postgres.ts';

/** Runs `work` with PostgreSQL, Temporal's programs and the workflows' script where test/support looks for them. */
export async function withTestServers<T>(bundle: string, work: () => Promise<T>): Promise<T> {
  const { cli, testServer } = await findTemporal();
  const postgres = await startPostgres();
  process.env.FACTORY_TEMPORAL_CLI = cli;
  process.env.FACTORY_TEST_SERVER = testServer;
  process.env.FACTORY_TEST_BUNDLE = bundle;
  process.env.FACTORY_TEST_POSTGRES_URL = postgres.url;
  try {
    return await work();
  } finally {
    await postgres.stop();
  }
}
