/** `factory cancel`, `pause`, `resume`, `retry`, `skip` and `budget raise`: a person's hand on a running epic. */
import type { Command } from 'commander';
import { createApi, personName } from '../api.ts';
import { action, type Context, createCommand, type Io } from '../command.ts';
import { EXIT, usageFailure } from '../exit.ts';
import { tellReply } from '../reply.ts';
import { number } from './submit.ts';

interface Options {
  readonly comment?: string;
  readonly by?: string;
}

const withPerson = (command: Command): Command =>
  command
    .option('--comment <text>', 'why; it is kept in the log')
    .option('--by <name>', 'who says so (default: your user name)');

const personOf = ({ comment, by }: Options) => ({
  by: personName(by),
  ...(comment === undefined ? {} : { comment }),
});

export const cancelCommand = (io: Io): Command =>
  withPerson(createCommand('cancel', 'Cancel an epic or a task; worktrees with uncommitted work stay'))
    .argument('<id>', 'an epic, or a task: epic.task')
    .action(action(io, cancel));

export const pauseCommand = (io: Io): Command =>
  withPerson(createCommand('pause', 'Pause an epic: no new turn, task, push or merge'))
    .argument('<epic>')
    .action(action(io, (context: Context, id: string, options: Options) => onEpic(context, id, 'pause', options)));

export const resumeCommand = (io: Io): Command =>
  withPerson(createCommand('resume', 'Go on after a pause'))
    .argument('<epic>')
    .action(action(io, (context: Context, id: string, options: Options) => onEpic(context, id, 'resume', options)));

export const retryCommand = (io: Io): Command =>
  withPerson(createCommand('retry', 'Try a failed task again, with new attempts'))
    .argument('<task>', 'epic.task')
    .action(action(io, (context: Context, id: string, options: Options) => onTask(context, id, 'retry', options)));

export const skipCommand = (io: Io): Command =>
  withPerson(createCommand('skip', 'Go on without a failed task; what needs it starts'))
    .argument('<task>', 'epic.task')
    .action(action(io, (context: Context, id: string, options: Options) => onTask(context, id, 'skip', options)));

export const budgetCommand = (io: Io): Command => {
  const raise = withPerson(createCommand('raise', 'Set a new cap'))
    .argument('<epic>')
    .argument('<usd>', 'the new cap, not a difference', number)
    .addHelpText('after', '\nExample:\n  factory budget raise shop-checkout 30')
    .action(action(io, raiseBudget));
  return createCommand('budget', "An epic's budget").addCommand(raise);
};

async function cancel(context: Context, id: string, options: Options): Promise<number> {
  if (id.includes('.')) return onTask(context, id, 'cancel', options);
  const { client, ask } = createApi(context);
  const params = { path: { id } };
  const reply = await ask(client.POST('/epics/{id}/cancel', { params, body: personOf(options) }));
  // Temporal has taken the cancellation, which is all there is to wait for here.
  context.out.result(reply, `Cancelling ${id}. Watch it end: npx factory watch ${id}`);
  return EXIT.ok;
}

async function onEpic(context: Context, id: string, message: 'pause' | 'resume', options: Options): Promise<number> {
  const { client, ask } = createApi(context);
  const call = { params: { path: { id } }, body: personOf(options) };
  const reply = message === 'pause' ? client.POST('/epics/{id}/pause', call) : client.POST('/epics/{id}/resume', call);
  return tellReply(context.out, await ask(reply));
}

async function onTask(context: Context, id: string, message: 'retry' | 'skip' | 'cancel', options: Options) {
  if (!/^[^.]+\.[^.]+$/.test(id)) throw usageFailure(`A task is named epic.task, and this is "${id}".`);
  const { client, ask } = createApi(context);
  const call = { params: { path: { id } }, body: personOf(options) };
  const path = { retry: '/tasks/{id}/retry', skip: '/tasks/{id}/skip', cancel: '/tasks/{id}/cancel' } as const;
  return tellReply(context.out, await ask(client.POST(path[message], call)));
}

async function raiseBudget(context: Context, id: string, capUsd: number, options: Options): Promise<number> {
  const { client, ask } = createApi(context);
  const body = { capUsd, by: personName(options.by) };
  return tellReply(context.out, await ask(client.PUT('/epics/{id}/budget', { params: { path: { id } }, body })));
}
