/** `factory demo`: a whole epic on this machine, from nothing to merged code. */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import type { Config } from '../../config/config.ts';
import { absolute } from '../../config/files.ts';
import type { Stack } from '../../local/stack/stack.ts';
import { answer, isForPerson } from '../answer-in-demo.ts';
import { createApi, type Epic } from '../api.ts';
import { action, type Context, createCommand, type Io, tellFailure } from '../command.ts';
import { parseEpicFile } from '../epic-file.ts';
import { CommandFailure, EXIT, usageFailure } from '../exit.ts';
import { duration, money } from '../render.ts';
import { stopOnSignals } from '../stop-signals.ts';
import { exitCodeOf, watchEpic } from '../watch-epic.ts';
import { requireParts } from './start.ts';

interface Options {
  readonly yes?: boolean;
  readonly keep?: boolean;
  readonly repo?: string;
  readonly epic?: string;
}

export const demoCommand = (io: Io): Command =>
  createCommand('demo')
    .option('-y, --yes', 'approve the merge, and nothing else, without asking (as without a terminal)')
    .option('--keep', 'leave the stack running afterwards')
    .option('--repo <path>', 'work on a mirror of this repository; your checkout is never moved')
    .option('--epic <file>', 'your own epic: Markdown (the first heading is the title) or JSON')
    .addHelpText(
      'after',
      `
Where nobody can be asked, any question but that of the merge ends the demo with 1 and the commands that answer it, for
which --keep leaves the stack running.

Without options it works on the example in examples/, and a scripted model answers unless ANTHROPIC_API_KEY is set.
With --json the last line is
  {"epicId","state","repository","baseBranch","mergedSha","pullRequests","tasks","turns","costUsd","seconds","sandboxes"}`,
    )
    .action(action(io, demo));

async function demo(context: Context, options: Options): Promise<number> {
  const { out } = context;
  if ((options.repo === undefined) !== (options.epic === undefined)) {
    throw usageFailure('--repo and --epic go together: the repository to work on, and what is to be done there.');
  }
  const own = options.repo === undefined ? undefined : path.resolve(options.repo);
  const { demoConfig } = await import('../../local/stack/demo.ts');
  const usual = await context.config();
  const config = await demoConfig(usual, own);
  const factory = factoryOf(config, usual);
  const epic = readEpicFile(options.epic ?? exampleEpic());
  const inDemo: Context = { ...context, config: async () => config, access: async () => config };
  await requireParts(inDemo, config);

  const stopping = stopOnSignals(out);
  let keep = options.keep === true;
  try {
    const [{ startStack }, { endOwnStack }] = await Promise.all([
      import('../../local/stack/stack.ts'),
      import('../../local/stack/own-stack.ts'),
    ]);
    const say = (line: string) => out.remark(out.colors.dim(line));
    const stack = await startStack(config, { say, signal: stopping.signal });
    stopping.stops(stack);
    try {
      const exitCode = await runEpic(inDemo, config, stack, epic, { ...options, factory, stopping: stopping.signal });
      if (keep) leave(inDemo, config, factory, exitCode);
      return exitCode;
    } catch (error) {
      keep &&= isForPerson(error);
      if (keep) leave(inDemo, config, factory, tellFailure(out, error));
      throw error;
    } finally {
      if (!keep) await endOwnStack(config, stack);
    }
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
    return EXIT.failed;
  } finally {
    stopping.end();
  }
}

async function runEpic(
  context: Context,
  config: Config,
  stack: Stack,
  epic: object,
  options: Options & { readonly stopping: AbortSignal; readonly factory: string },
): Promise<number> {
  const { out } = context;
  const api = createApi(context);
  const { id } = await api.ask(api.client.POST('/epics', { params: { header: {} }, body: epic as { title: string } }));
  out.line(out.colors.bold(`\nEpic ${id}`));
  if (stack.urls.temporalUi !== undefined) out.line(`Watch it in the Web UI: ${epicUrl(config, stack, id)}`);
  out.line();
  const started = performance.now();
  const ended = await watchEpic(api, out, id, {
    onRequest: (request) => answer(api, context, options, request),
    stopping: options.stopping,
    factory: options.factory,
  });
  const seconds = Math.round((performance.now() - started) / 100) / 10;
  exitCodeOf(ended);
  await report(context, config, stack, ended, seconds, options);
  return EXIT.ok;
}

async function report(
  { out }: Context,
  config: Config,
  stack: Stack,
  epic: Epic,
  seconds: number,
  options: Options,
): Promise<void> {
  const { findDelivered, runOwnChecks } = await import('../../local/stack/demo.ts');
  const { repository: name, baseBranch, mergedSha } = epic;
  if (name === null || baseBranch === null || mergedSha === null)
    throw new Error('The epic does not say what it merged');
  const delivered = await findDelivered(config, { epicId: epic.id, repository: name, baseBranch });
  const { repository } = delivered;
  if (options.repo === undefined) {
    const checked = await runOwnChecks(repository, baseBranch);
    if (!checked.ok) {
      throw new CommandFailure(
        EXIT.failed,
        `The merged ${baseBranch} does not pass ${checked.command}:\n${checked.output}`,
      );
    }
    out.line(`\n${out.colors.green('✓')} The merged ${baseBranch} passes its own checks: ${checked.command}`);
  }
  const { bold } = out.colors;
  const pullRequests = epic.pullRequests.map((pr) => `#${pr.number} ${pr.state}`).join(', ');
  out.line(
    [
      `  ${bold('merged')}         ${mergedSha} into ${baseBranch}`,
      `  ${bold('repository')}     ${repository}`,
      `  ${bold('pull requests')}  ${pullRequests}`,
      `  ${bold('turns')}          ${epic.turns}, $${money(epic.cost.settledUsd)}`,
      ...epic.sandboxes.map(({ description }) => `  ${bold('sandbox')}        ${description}`),
      `  ${bold('duration')}       ${seconds} s from submission to merged (${duration(seconds * 1_000)})`,
      `  ${bold('look at it')}     git -C ${repository} log --graph ${baseBranch}`,
      ...(stack.urls.temporalUi === undefined
        ? []
        : [`                 ${epicUrl(config, stack, epic.id)} (while the stack runs: --keep)`]),
      ...(options.repo === undefined
        ? []
        : [
            `  ${bold('your repository')} has the work on branch ${delivered.branch}; what is checked out was not touched`,
          ]),
    ].join('\n'),
  );
  out.event({
    epicId: epic.id,
    state: epic.state,
    repository,
    baseBranch,
    mergedSha,
    pullRequests: epic.pullRequests.map(({ number, state, head, base }) => ({ number, state, head, base })),
    tasks: epic.tasks.map(({ key, state }) => ({ key, state })),
    turns: epic.turns,
    costUsd: epic.cost.settledUsd,
    seconds,
    sandboxes: epic.sandboxes,
  });
}

const epicUrl = (config: Config, { urls }: Stack, id: string): string =>
  `${urls.temporalUi}/namespaces/${config.temporal.namespace}/workflows/epic-${id}`;

/** Ends this process and leaves the stack running: its processes are our children, and without us go on until they are stopped. */
function leave({ out }: Context, { stateDir }: Config, factory: string, exitCode: number): never {
  out.remark(`\nThe stack goes on. Ask it: ${factory} list`);
  out.remark(`Stop it: STATE_DIR=${stateDir} bin/factory stop --commands`);
  process.exit(exitCode);
}

/** How the command line finds the demo's stack, where another one has the usual port. */
const factoryOf = (config: Config, usual: Config): string =>
  config.apiUrl === usual.apiUrl ? 'bin/factory' : `FACTORY_API_URL=${config.apiUrl} bin/factory`;

function exampleEpic(): string {
  const [file] = globSync('examples/*/epic.md', { cwd: absolute('.') }).sort();
  if (file === undefined) throw new Error('There is no examples/*/epic.md');
  return absolute(file);
}

function readEpicFile(file: string): object {
  try {
    return parseEpicFile(file, readFileSync(file, 'utf8'));
  } catch (error) {
    throw usageFailure(`${file} cannot be read: ${(error as Error).message}`);
  }
}
