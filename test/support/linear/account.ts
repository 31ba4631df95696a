/** The double of Linear with its account, and a database of its own. */
import { createLinear } from '../../../activities/tracker/linear.ts';
import { loadConfig } from '../../../config/config.ts';
import { createDatabase } from '../database.ts';
import { startLinear } from './server.ts';

/** Call `close` in `after`. */
export async function openLinear() {
  const [linear, { db, drop }] = await Promise.all([startLinear(), createDatabase()]);
  const account = loadConfig(linear.variables).linear;
  if (account === undefined) throw new Error('The double says nothing of its account');
  return {
    linear,
    db,
    tracker: createLinear(account),
    async close(): Promise<void> {
      await drop();
      await linear.close();
    },
  };
}
