/** `factory logs`: the decisions of an epic or task, or what an agent was told, answered and did. */

import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, InvalidArgumentError } from 'commander';
import { isFinal } from '../../api/client/epic-now.ts';
import type { Answer } from '../../api/client/index.ts';
import { newestEntries, settledEntry } from '../../api/client/log-pages.ts';
import { type Api, createApi, readEpic } from '../api.ts';
import { action, type Context, createCommand, type Io } from '../command.ts';
import { EXIT } from '../exit.ts';
import type { Output } from '../output.ts';
import { parseNumber } from '../parse-number.ts';
import { patiently } from '../patience.ts';
import { turnLines } from '../render-transcript.ts';

export const logsCommand = (io: Io): Command =>
  createCommand('logs')
    .argument('<id>', 'an epic, a task (epic.task) or an agent (epic.task.implement.1)')
    .option('-f, --follow', 'go on until the epic ends')
    .option('-n, --tail <number>', 'only this many of the last entries or turns', count)
    .addHelpText(
      'after',
      '\nAgents of a task: factory show <task>. The planning agent: factory logs <epic>.epic.plan.1',
    )
    .action(action(io, logs));

/** slice(-0) would be everything. */
function count(text: string): number {
  const value = parseNumber(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('It is not a number above 0.');
}

const LOOK_MS = 500;
const PAGE = 200;

interface Options {
  readonly follow?: boolean;
  readonly tail?: number;
}

/** Prints one entry or turn. */
type Print = () => void;

async function logs(context: Context, id: string, { follow = false, tail }: Options): Promise<number> {
  const api = createApi(context);
  const [epicId = '', taskKey, ...agent] = id.split('.');
  const more = agent.length > 0 ? transcript(api, context.out, id) : decisions(api, context.out, epicId, taskKey);
  // An epic or task that nobody knows has an empty log, so it is asked for.
  if (agent.length === 0) await readEpic(api, epicId);
  if (agent.length === 0 && taskKey !== undefined) {
    await api.ask(api.client.GET('/tasks/{id}', { params: { path: { id } } }));
  }
  if (!follow) {
    await printNews(() => more('once'), tail);
    return EXIT.ok;
  }
  const words = `so following ends; the epic does not. Follow it again: bin/factory logs ${id} --follow`;
  const patient = <Data>(look: () => Promise<Data>): Promise<Data> => patiently(api, { words }, look);
  for (let first = true; ; first = false) {
    // Asked first, so that what is written with the end is still shown.
    const ended = isFinal((await patient(() => readEpic(api, epicId)))?.state ?? '');
    await printNews(() => patient(() => more(ended ? 'end' : 'open')), first ? tail : undefined);
    if (ended) return EXIT.ok;
    await sleep(LOOK_MS);
  }
}

/** How things are at the look: the epic goes on and is looked at again, is looked at once, or has ended. */
type Look = 'open' | 'once' | 'end';
type More = (look: Look) => Promise<Page>;

interface Page {
  readonly prints: readonly Print[];
  /** There may be another. */
  readonly goesOn: boolean;
}

/** Prints what has come since the last look, page by page; with `tail` only the end of it. */
async function printNews(more: () => Promise<Page>, tail: number | undefined): Promise<void> {
  let last: Print[] = [];
  for (let goesOn = true; goesOn; ) {
    const page = await more();
    goesOn = page.goesOn;
    if (tail === undefined) for (const print of page.prints) print();
    else last = [...last, ...page.prints].slice(-tail);
  }
  for (const print of last) print();
}

/** The next page, an entry a line. */
function decisions({ client, ask }: Api, out: Output, epicId: string, taskKey: string | undefined): More {
  let known: Answer<'LogEntry'>[] = [];
  return async () => {
    const query = { after: settledEntry(known), limit: PAGE, ...(taskKey === undefined ? {} : { taskKey }) };
    const page = await ask(client.GET('/epics/{id}/log', { params: { path: { id: epicId }, query } }));
    const news = page.filter(({ id }) => !known.some((entry) => entry.id === id));
    known = newestEntries([...known, ...news]);
    const prints = news.map((entry) => () => {
      out.event(entry);
      out.line(decisionLine(entry, out));
    });
    return { prints, goesOn: page.length === PAGE };
  };
}

function decisionLine({ at, taskKey, actor, kind, decision, reason }: Answer<'LogEntry'>, { colors }: Output): string {
  const where = taskKey === null ? '' : `${taskKey}: `;
  const what = kind === 'note' ? `“${decision}”` : decision;
  return `${colors.dim(at.slice(0, 19).replace('T', ' '))} ${where}${what} ${colors.dim(`(${actor}) ${reason}`)}`;
}

function transcript({ client, ask }: Api, out: Output, id: string): More {
  let after = 0;
  let saidWhence = false;
  return async (look) => {
    const params = { path: { id }, query: { after, limit: 50 } };
    const page = await ask(client.GET('/agents/{id}/transcript', { params }));
    const prints: Print[] = [];
    if (!saidWhence && page.forkedFrom !== null) {
      saidWhence = true;
      const { id: from, turn } = page.forkedFrom;
      prints.push(() => out.line(out.colors.dim(`(goes on from turn ${turn} of ${from})\n`)));
    }
    for (const turn of page.turns) {
      // A turn whose tools still run is shown when they are done, where there is another look.
      const isNewest = page.next === null && turn === page.turns.at(-1);
      if (look === 'open' && isNewest && turn.toolCalls.some((call) => call.output === null))
        return { prints, goesOn: false };
      after = turn.turn;
      const told = page.briefs.filter((brief) => brief.turn === turn.turn);
      prints.push(() => {
        out.event({ ...turn, briefs: told });
        for (const line of turnLines(turn, told, { colors: out.colors, mayRun: isNewest && look !== 'end' }))
          out.line(line);
      });
    }
    return { prints, goesOn: page.next !== null };
  };
}
