/** `factory list`: the epics, newest first. */

import { type Command, Option } from 'commander';
import { defined } from '../../workflows/contract/optional-fields.ts';
import { EPIC_STATES } from '../../workflows/contract/state-names.ts';
import { createApi } from '../api.ts';
import { action, type Context, createCommand, type Io } from '../command.ts';
import { EXIT } from '../exit.ts';
import { cut, table } from '../output.ts';
import { parseNumber } from '../parse-number.ts';
import { colored, money, pauseLines } from '../render.ts';

const MOST = 20;
const STATES = [...EPIC_STATES, 'open'] as const;

export const listCommand = (io: Io): Command =>
  createCommand('list')
    .addOption(new Option('--state <state>', 'only epics in this state; open: all that have not ended').choices(STATES))
    .option('--limit <number>', 'how many at most', parseNumber, MOST)
    .option('--before <time>', 'the next page: those that started before this time (2026-01-31T08:00:00Z)')
    .action(action(io, list));

interface Options {
  readonly state?: (typeof STATES)[number] | undefined;
  readonly limit: number;
  readonly before?: string | undefined;
}

async function list(context: Context, { state, limit, before }: Options): Promise<number> {
  const { out } = context;
  const { client, ask } = createApi(context);
  const epics = await ask(client.GET('/epics', { params: { query: { limit, ...defined({ state, before }) } } }));
  const { pause } = out.json ? { pause: null } : await ask(client.GET('/pause'));
  out.result(epics, () => {
    const paused = pauseLines(pause).map((line) => out.colors.yellow(line));
    return [...paused, listed()].join('\n');
  });
  return EXIT.ok;

  function listed(): string {
    if (epics.length === 0) return noneWords({ state, before });
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
    const last = epics.length < limit ? undefined : epics.at(-1)?.startedAt;
    const more =
      last === undefined ? '' : `\nThere may be more: bin/factory list${sameFor({ state, limit })} --before ${last}`;
    return `${table([['EPIC', 'STATE', 'TASKS', 'COST', 'STARTED (UTC)', 'TITLE'], ...rows])}${more}`;
  }
}

function noneWords({ state, before }: Pick<Options, 'state' | 'before'>): string {
  const from = before === undefined ? '' : ` that started before ${before}`;
  if (state !== undefined) return state === 'open' ? `No epic is open${from}.` : `No epic is ${state}${from}.`;
  if (before !== undefined) return `There are no epics${from}.`;
  return 'There are no epics. Give the factory one: bin/factory submit --title "…"';
}

/** The options of the next page. */
const sameFor = ({ state, limit }: Pick<Options, 'state' | 'limit'>): string =>
  `${state === undefined ? '' : ` --state ${state}`}${limit === MOST ? '' : ` --limit ${limit}`}`;
