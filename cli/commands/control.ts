/** `factory cancel`, `pause`, `resume`, `interrupt`, `retry`, `skip` and `budget raise`: a person's hand on a running epic. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { isFinal, isSkipped } from '../../api/client/epic-now.ts';
import { type Api, createApi, personName, readEpic } from '../api.ts';
import { action, type Context, createCommand, createSubcommand, type Io } from '../command.ts';
import { type Confirmation, confirm, withConfirmation } from '../confirm.ts';
import { CommandFailure, EXIT, usageFailure } from '../exit.ts';
import { parseNumber } from '../parse-number.ts';
import { patiently } from '../patience.ts';
import { printReply } from '../print-reply.ts';
import { type Keyed, randomKey, sendOnce, withKey } from '../send-once.ts';
import { watchEpic } from '../watch-epic.ts';

export interface Options extends Confirmation {
  readonly comment?: string;
  readonly by?: string;
  readonly wait?: boolean;
  readonly all?: boolean;
}

const LOOK_MS = 500;

/** Names the effect of several interrupts with the same key. */
const ONE_INTERRUPT = 'one interrupt';

const withName = (command: Command): Command => command.option('--by <name>', 'who says so (default: your user name)');

export const withPerson = (command: Command, comment = 'why; it is kept in the log'): Command =>
  withName(command.option('--comment <text>', comment));

export const personOf = ({ comment, by }: Options) => ({
  by: personName(by),
  ...(comment === undefined ? {} : { comment }),
});

export const cancelCommand = (io: Io): Command =>
  withConfirmation(withPerson(createCommand('cancel')))
    .argument('<id>', 'an epic, or a task: epic.task')
    .option('-w, --wait', 'until it has ended')
    .action(action(io, cancel));

const toPauseOrResume = (io: Io, message: 'pause' | 'resume', all: string): Command =>
  withConfirmation(withPerson(createCommand(message)), { only: '--all' })
    .argument('[epic]')
    .option('--all', all)
    .action(
      action(io, (context: Context, id: string | undefined, options: Options) =>
        pauseOrResume(context, message, id, options),
      ),
    );

export const pauseCommand = (io: Io): Command =>
  toPauseOrResume(io, 'pause', 'the whole factory: nothing new begins in any epic until `factory resume --all`');

export const resumeCommand = (io: Io): Command =>
  toPauseOrResume(io, 'resume', 'the whole factory; an epic that was paused by itself stays paused');

export const interruptCommand = (io: Io): Command =>
  withPerson(
    withKey(createCommand('interrupt'), ONE_INTERRUPT),
    'why; the agent reads it as your word, with its next turn',
  )
    .argument('<id>', 'an epic, or a task: epic.task')
    .addHelpText(
      'after',
      '\nA model call that is ended is made again with your words, and counts at its upper bound, since nobody learns what it has cost.',
    )
    .action(action(io, interrupt));

export const retryCommand = (io: Io): Command =>
  withPerson(createCommand('retry'), 'what the Worker is to do differently')
    .argument('<task>', 'epic.task')
    .action(
      action(io, (context: Context, id: string, options: Options) =>
        onTask(context, { id, message: 'retry', options }),
      ),
    );

export const skipCommand = (io: Io): Command =>
  withConfirmation(withPerson(createCommand('skip')))
    .argument('<task>', 'epic.task')
    .action(action(io, skip));

export const budgetCommand = (io: Io): Command => {
  const raise = withName(createSubcommand('raise', 'Set a new cap'))
    .argument('<epic>', 'or one of its tasks, epic.task')
    .argument('[usd]', 'the new cap, not a difference', parseNumber)
    .option('--tokens <count>', 'the new cap in tokens, read and written', parseNumber)
    .option('--lower', 'the new cap may be less than the present one')
    .addHelpText(
      'after',
      '\nExamples:\n  factory budget raise shop-checkout 30\n  factory budget raise shop-checkout.prices --tokens 2000000',
    )
    .action(action(io, raiseBudget));
  return createCommand('budget').addCommand(raise);
};

async function cancel(context: Context, id: string, options: Options): Promise<number> {
  if (id.includes('.')) return cancelTask(context, id, options);
  const api = createApi(context);
  const { client, ask } = api;
  const params = { path: { id } };
  const epic = await readEpic(api, id);
  const what = epic === undefined ? '' : ` “${epic.title}” (${epic.state}), with all that runs for it`;
  const doing = { would: `cancel ${id}${what}`, question: `Cancel ${id}${what}?`, options };
  if (!(await confirm(context, doing))) return EXIT.ok;
  const reply = await ask(client.POST('/epics/{id}/cancel', { params, body: personOf(options) }));
  if (options.wait === true) {
    context.out.event(reply);
    const { state } = await watchEpic(api, context.out, id);
    return requireCancelled(id, state);
  }
  // Temporal has taken the cancellation, which is all there is to wait for here.
  context.out.result(reply, `Cancelling ${id}. Watch it end: bin/factory watch ${id}`);
  return EXIT.ok;
}

async function cancelTask(context: Context, id: string, options: Options): Promise<number> {
  requireTaskId(id);
  const doing = { would: `cancel the task ${id}`, question: `Cancel the task ${id}?`, options };
  if (!(await confirm(context, doing))) return EXIT.ok;
  const api = createApi(context);
  const exitCode = await onTask(context, { id, message: 'cancel', options, api });
  if (options.wait !== true) return exitCode;
  const words = `so waiting ends; what was sent is not lost. See how it ended: bin/factory show ${id}`;
  const look = () => api.ask(api.client.GET('/tasks/{id}', { params: { path: { id } } }));
  for (;;) {
    const { state } = await patiently(api, { words }, look);
    if (isFinal(state)) return requireCancelled(id, state);
    await sleep(LOOK_MS);
  }
}

/** What was waited for may end otherwise: merged before the cancellation came, say. */
function requireCancelled(id: string, state: string): number {
  if (state === 'CANCELLED') return EXIT.ok;
  throw new CommandFailure(EXIT.failed, `${id} ended as ${state}, not as cancelled`, 'NotCancelled');
}

/** An epic whose every task is skipped ends with nothing merged, which not everybody expects of a skip. */
async function skip(context: Context, id: string, options: Options): Promise<number> {
  requireTaskId(id);
  const [epicId = '', taskKey = ''] = id.split('.');
  const api = createApi(context);
  const isLast = await leavesNothing(api, epicId, taskKey);
  const then = isLast ? `, the last task of ${epicId}, which then ends with nothing merged` : '';
  const doing = { would: `go on without ${id}${then}`, question: `Go on without ${id}${then}?`, options };
  if (!(await confirm(context, doing))) return EXIT.ok;
  return onTask(context, { id, message: 'skip', options, api });
}

async function leavesNothing(api: Api, epicId: string, taskKey: string): Promise<boolean> {
  const epic = await readEpic(api, epicId);
  return epic?.tasks.every((task) => task.key === taskKey || isSkipped(task)) ?? false;
}

async function pauseOrResume(
  context: Context,
  message: 'pause' | 'resume',
  id: string | undefined,
  options: Options,
): Promise<number> {
  if (options.all === true && id === undefined) return onAll(context, message, options);
  if (id === undefined) throw usageFailure(`Name the epic to ${message}, or give --all for the whole factory.`);
  if (options.all === true) throw usageFailure(`--all is the whole factory: leave out "${id}", or --all.`);
  if (options.dryRun !== true) return onEpic(context, id, message, options);
  context.out.result({ dryRun: true, would: `${message} ${id}` }, `Would ${message} ${id}. Nothing was sent.`);
  return EXIT.ok;
}

async function onAll(context: Context, message: 'pause' | 'resume', options: Options): Promise<number> {
  const { client, ask } = createApi(context);
  const would = `${message} the whole factory`;
  const question = message === 'pause' ? 'Pause the whole factory?' : 'Resume the whole factory?';
  if (!(await confirm(context, { would, question, options }))) return EXIT.ok;
  const body = personOf(options);
  const reply = message === 'pause' ? client.POST('/pause', { body }) : client.POST('/resume', { body });
  return printReply(context.out, await ask(reply));
}

async function interrupt(
  context: Context,
  id: string,
  { key = randomKey(), ...person }: Options & Keyed,
): Promise<number> {
  const { client, ask } = createApi(context);
  if (id.includes('.')) requireTaskId(id);
  const path = id.includes('.') ? '/tasks/{id}/interrupt' : '/epics/{id}/interrupt';
  const body = personOf(person);
  const reply = await sendOnce({
    key,
    what: ONE_INTERRUPT,
    send: (header) => ask(client.POST(path, { params: { path: { id }, header }, body })),
  });
  return printReply(context.out, reply, key);
}

async function onEpic(context: Context, id: string, message: 'pause' | 'resume', options: Options): Promise<number> {
  const { client, ask } = createApi(context);
  const call = { params: { path: { id } }, body: personOf(options) };
  const reply = message === 'pause' ? client.POST('/epics/{id}/pause', call) : client.POST('/epics/{id}/resume', call);
  return printReply(context.out, await ask(reply));
}

export function requireTaskId(id: string): void {
  if (!/^[^.]+\.[^.]+$/.test(id)) throw usageFailure(`A task is named epic.task, and this is "${id}".`);
}

interface ToTask {
  readonly id: string;
  readonly message: 'retry' | 'skip' | 'cancel';
  readonly options: Options;
  readonly api?: Api;
}

async function onTask(context: Context, { id, message, options, api }: ToTask): Promise<number> {
  requireTaskId(id);
  const { client, ask } = api ?? createApi(context);
  const call = { params: { path: { id } }, body: personOf(options) };
  const path = { retry: '/tasks/{id}/retry', skip: '/tasks/{id}/skip', cancel: '/tasks/{id}/cancel' } as const;
  return printReply(context.out, await ask(client.POST(path[message], call)));
}

async function raiseBudget(
  context: Context,
  of: string,
  capUsd: number | undefined,
  options: Options & { readonly tokens?: number; readonly lower?: boolean },
): Promise<number> {
  const { tokens: capTokens, lower } = options;
  if (capUsd === undefined && capTokens === undefined) {
    throw usageFailure('Give the new cap: an amount in USD, --tokens <count>, or both.');
  }
  if (of.includes('.')) requireTaskId(of);
  const [id = '', taskKey] = of.split('.');
  const { client, ask } = createApi(context);
  const body = {
    by: personName(options.by),
    ...(capUsd === undefined ? {} : { capUsd }),
    ...(capTokens === undefined ? {} : { capTokens }),
    ...(taskKey === undefined ? {} : { taskKey }),
    ...(lower === true ? { lower } : {}),
  };
  return printReply(context.out, await ask(client.PUT('/epics/{id}/budget', { params: { path: { id } }, body })));
}
