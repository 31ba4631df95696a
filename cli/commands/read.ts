/** `factory list`, `show`, `watch`, `requests` and `intake`: where everything stands. */
import { type Command, Option } from 'commander';
import { EpicState } from '../../workflows/contract/states.ts';
import { createApi, readEpic } from '../api.ts';
import { action, type Context, createCommand, type Io } from '../command.ts';
import { EXIT, usageFailure } from '../exit.ts';
import { cut, table } from '../output.ts';
import { colored, epicLines, money, requestLines } from '../render.ts';
import { taskLines } from '../render-task.ts';
import { exitCodeOf, watchEpic } from '../watch-epic.ts';
import { number } from './submit.ts';

export const listCommand = (io: Io): Command =>
  createCommand('list', 'List epics, newest first')
    .addOption(new Option('--state <state>', 'only epics in this state').choices(EpicState.options))
    .option('--limit <number>', 'how many at most', number, 20)
    .action(action(io, list));

export const showCommand = (io: Io): Command =>
  createCommand('show', 'Show an epic, or a task with its evidence')
    .argument('<id>', 'an epic, or a task: epic.task')
    .addHelpText('after', '\nExamples:\n  factory show shop-checkout\n  factory show shop-checkout.receipts')
    .action(action(io, show));

export const watchCommand = (io: Io): Command =>
  createCommand('watch', 'Watch an epic until it ends; ends with 1 unless it completes')
    .argument('<epic>')
    .addHelpText(
      'after',
      '\nIn a terminal a picture that moves; elsewhere one line for each change; with --json one epic a line.',
    )
    .action(action(io, watch));

export const requestsCommand = (io: Io): Command =>
  createCommand('requests', 'List what waits for a person, longest first')
    .argument('[epic]')
    .action(action(io, requests));

export const intakeCommand = (io: Io): Command =>
  createCommand('intake', 'List the issues that asked to be built: what they became, or why they were left')
    .option('--limit <number>', 'how many at most', number, 20)
    .action(action(io, intake));

async function list(context: Context, { state, limit }: { state?: EpicState; limit: number }): Promise<number> {
  const { out } = context;
  const { client, ask } = createApi(context);
  const epics = await ask(
    client.GET('/epics', { params: { query: { limit, ...(state === undefined ? {} : { state }) } } }),
  );
  out.result(epics, () => {
    if (epics.length === 0) return 'There are no epics. Give the factory one: npx factory submit --title "…"';
    const rows = epics.map((epic) => {
      const all = Object.values(epic.tasks).reduce((sum, number) => sum + number, 0);
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
  });
  return EXIT.ok;
}

async function show(context: Context, id: string): Promise<number> {
  const { out } = context;
  const api = createApi(context);
  if (id.includes('.')) {
    const task = await api.ask(api.client.GET('/tasks/{id}', { params: { path: { id } } }));
    out.result(task, () => taskLines(task, out.colors).join('\n'));
    return EXIT.ok;
  }
  const epic = await readEpic(api, id);
  if (epic === undefined) out.result({ id, status: 'starting' }, `Epic ${id} has started; nothing is recorded yet.`);
  else out.result(epic, () => epicLines(epic, out.colors, Date.now()).join('\n'));
  return EXIT.ok;
}

async function watch(context: Context, id: string): Promise<number> {
  if (id.includes('.')) throw usageFailure(`watch takes an epic; the task's terminal: npx factory attach ${id}`);
  return exitCodeOf(await watchEpic(createApi(context), context.out, id));
}

async function requests(context: Context, epicId: string | undefined): Promise<number> {
  const { out } = context;
  const { client, ask } = createApi(context);
  const query = epicId === undefined ? {} : { epicId };
  const open = await ask(client.GET('/human-requests', { params: { query } }));
  out.result(open, () => {
    if (open.length === 0) return 'Nothing waits for a person.';
    return open
      .flatMap((request) => [`${request.epicId}  ${request.requestId}`, ...requestLines(request, out.colors)])
      .join('\n');
  });
  return EXIT.ok;
}

async function intake(context: Context, { limit }: { limit: number }): Promise<number> {
  const { out } = context;
  const { client, ask } = createApi(context);
  const entries = await ask(client.GET('/intake', { params: { query: { limit } } }));
  out.result(entries, () => {
    if (entries.length === 0) return 'No issue asked to be built. docs/operations.md says what does.';
    const rows = entries.map((entry) => [
      entry.identifier,
      entry.outcome,
      entry.epicId ?? '',
      entry.lookedAt.slice(0, 16).replace('T', ' '),
      `${cut(entry.title, 40)}: ${entry.reason}`,
    ]);
    return table([['ISSUE', 'OUTCOME', 'EPIC', 'LOOKED (UTC)', 'TITLE AND REASON'], ...rows]);
  });
  return EXIT.ok;
}
