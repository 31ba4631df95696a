/** `factory hosts`: the machines that do tasks, how full they are, and which take no more work. */
import type { Command } from 'commander';
import { availabilityOf } from '../../api/client/host-availability.ts';
import type { Answer } from '../../api/client/index.ts';
import { createApi } from '../api.ts';
import { action, type Context, createCommand, type Io } from '../command.ts';
import { EXIT } from '../exit.ts';
import { table } from '../output.ts';

export const hostsCommand = (io: Io): Command => createCommand('hosts').action(action(io, hosts));

async function hosts(context: Context): Promise<number> {
  const { out } = context;
  const { client, ask } = createApi(context);
  const found = await ask(client.GET('/hosts'));
  const now = Date.now();
  out.result(found, () => {
    if (found.length === 0) return 'No host is there. Start one: npx node worker/main.ts --serve host';
    const rows = found.map((host) => [
      host.name,
      `${host.taken}/${host.capacity}`,
      host.lastSeenAt.slice(0, 19).replace('T', ' '),
      stateOf(host, now),
    ]);
    return table([['HOST', 'SLOTS', 'SEEN (UTC)', 'STATE'], ...rows]);
  });
  return EXIT.ok;
}

function stateOf(host: Answer<'Host'>, now: number): string {
  const availability = availabilityOf(host, now);
  if (availability === 'signed off') return `signed off at ${host.leftAt?.slice(0, 19).replace('T', ' ')}`;
  return availability === 'takes no more work' ? `takes no more work: ${host.refusal}` : availability;
}
