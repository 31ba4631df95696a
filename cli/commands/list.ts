/** `factory list`: the epics, newest first. */

import { type Command, Option } from 'commander';
import { defined } from '../../workflows/contract/defined.ts';
import { EPIC_STATES } from '../../workflows/contract/state-names.ts';
import { createApi } from '../api.ts';
import { action, type Context, createCommand, type Io } from '../command.ts';
import { EXIT } from '../exit.ts';
import { cut, table } from '../output.ts';
import { parseNumber } from '../parse-number.ts';
import { colored, money, pauseLines } from '../render.ts';

const STATES = [...EPIC_STATES, 'open'] as const;

export const listCommand = (io: Io): Command =>
  createCommand('list')
    .addOption(new Option('--state <state>', 'only epics in this state; open: all that have not ended').choices(STATES))
    .option('--limit <number>', 'how many at most', parseNumber, 20)
    .action(action(io, list));

async function list(
  context: Context,
  { state, limit }: { state?: (typeof STATES)[number]; limit: number },
): Promise<number> {
  const { out } = context;
  const { client, ask } = createApi(context);
  const epics = await ask(client.GET('/epics', { params: { query: { limit, ...defined({ state }) } } }));
  const { pause } = out.json ? { pause: null } : await ask(client.GET('/pause'));
  out.result(epics, () => {
    const paused = pauseLines(pause).map((line) => out.colors.yellow(line));
    return [...paused, listed()].join('\n');
  });
  return EXIT.ok;

  function listed(): string {
    if (epics.length === 0) return 'There are no epics. Give the factory one: bin/factory submit --title "…"';
    const rows = epics.map((epic) => {
      const all = Object.values(epic.tasks).reduce((sum, count) => sum + count, 0);
      const waiting = epic.openRequests > 0 ? 'waits for you' : '';
      return [
        epic.id,
        colored(out.colors, epic.state),
        `${epic.tasks.COMPLETED ?? 0}/${all}`,
        `$${money(epic.costUsd)}`,
        epic.startedAt.slice(0, 16).replace('T', ' '),
        `${cut(epic.title, 60)}  ${out.colors.magenta(waiting)}`,
      ];
    });
    return table([['EPIC', 'STATE', 'TASKS', 'COST', 'STARTED (UTC)', 'TITLE'], ...rows]);
  }
}
