/** `factory hosts`: the machines that do tasks, how full they are, and which take no more work. */
import type { Command } from 'commander';
import { createApi } from '../api.ts';
import { action, type Context, createCommand, type Io } from '../command.ts';
import { EXIT } from '../exit.ts';
import { table } from '../output.ts';

export const hostsCommand = (io: Io): Command => createCommand('hosts').action(action(io, hosts));

async function hosts(context: Context): Promise<number> {
  const { out } = context;
  const { client, ask } = createApi(context);
  const found = await ask(client.GET('/hosts'));
  out.result(found, () => {
    if (found.length === 0) return 'No host is there. Start one: npx node worker/main.ts --serve host';
    const rows = found.map(({ name, taken, capacity, lastSeenAt, refusal, leftAt }) => [
      name,
      `${taken}/${capacity}`,
      lastSeenAt.slice(0, 19).replace('T', ' '),
      refusal ?? (leftAt === null ? 'takes work' : `signed off at ${leftAt.slice(0, 19).replace('T', ' ')}`),
    ]);
    return table([['HOST', 'SLOTS', 'SEEN (UTC)', 'STATE'], ...rows]);
  });
  return EXIT.ok;
}
