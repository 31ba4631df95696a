/** An epic in a repository of very many small files, from its plan to its merge, and where the time goes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Client } from '@temporalio/client';
import type { EpicInput } from '../workflows/contract/epic.ts';
import { epicStartOptions } from '../workflows/contract/start-options.ts';
import { withFactory } from './factory.ts';
import type { Figure } from './figure.ts';
import { untilAborted } from './interruptible.ts';

const SHOWN = 12;

export async function measureLarge(signal: AbortSignal, files: number): Promise<Figure[]> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'factory-large-')));
  try {
    const source = await createSource(folder, files, signal);
    return await withFactory({ folder, source, signal }, (client: Client) =>
      untilAborted(runEpic(client, files), signal),
    );
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function runEpic(client: Client, files: number): Promise<Figure[]> {
  const input: Partial<EpicInput> = { title: 'A note', description: 'Write a note into the repository.' };
  const began = performance.now();
  await client.workflow.execute('epicWorkflow', { ...epicStartOptions('large', 'Large'), args: [input] });
  const seconds = (performance.now() - began) / 1_000;
  const spent = await timeOfActivities(client, 'epic-large');
  const longest: Figure[] = [...spent]
    .sort(([, a], [, b]) => b.seconds - a.seconds)
    .slice(0, SHOWN)
    .map(([name, each]) => ({ name: `  ${name}, ${timesOf(each)}`, value: each.seconds, unit: 's' }));
  return [
    { name: `epic planned and merged, ${files} files`, value: seconds, unit: 's' },
    { name: 'activities that were tried more than once', value: sum(spent, 'retried'), unit: '×', goal: 0 },
    ...longest,
  ];
}

interface Spent {
  seconds: number;
  runs: number;
  retried: number;
  /** How the last attempt of a retried one failed. */
  why?: string;
}

const timesOf = ({ runs, retried, why }: Spent): string =>
  retried === 0 ? `${runs} runs` : `${runs} runs, ${retried} of them tried again (${why})`;

const sum = (spent: ReadonlyMap<string, Spent>, what: 'runs' | 'retried'): number =>
  [...spent.values()].reduce((total, each) => total + each[what], 0);

/** By name, from the histories of an execution and its children. */
async function timeOfActivities(
  client: Client,
  workflowId: string,
  spent = new Map<string, Spent>(),
): Promise<Map<string, Spent>> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  const names = new Map<string, string>();
  const starts = new Map<string, number>();
  for (const event of events ?? []) {
    const id = String(event.eventId);
    const at = Number(event.eventTime?.seconds ?? 0) + (event.eventTime?.nanos ?? 0) / 1e9;
    const { activityTaskScheduledEventAttributes: scheduled, activityTaskStartedEventAttributes: started } = event;
    if (scheduled) names.set(id, scheduled.activityType?.name ?? '');
    if (started) {
      starts.set(id, at);
      const each = entry(spent, names.get(String(started.scheduledEventId)) ?? '');
      if ((started.attempt ?? 1) > 1) {
        each.retried += 1;
        each.why = (started.lastFailure?.message ?? '').slice(0, 60);
      }
    }
    const completed = event.activityTaskCompletedEventAttributes;
    if (completed) {
      const each = entry(spent, names.get(String(completed.scheduledEventId)) ?? '');
      each.runs += 1;
      each.seconds += at - (starts.get(String(completed.startedEventId)) ?? at);
    }
    const child = event.childWorkflowExecutionStartedEventAttributes?.workflowExecution?.workflowId;
    if (child) await timeOfActivities(client, child, spent);
  }
  return spent;
}

function entry(spent: Map<string, Spent>, name: string): Spent {
  const each = spent.get(name) ?? { seconds: 0, runs: 0, retried: 0 };
  spent.set(name, each);
  return each;
}

/** A bare repository with one commit, written by `git fast-import`: by a checkout it would take minutes. */
async function createSource(folder: string, files: number, signal: AbortSignal): Promise<string> {
  const source = join(folder, 'source.git');
  await git(['init', '--quiet', '--bare', '--initial-branch=main', source], signal);
  await git(['-C', source, 'fast-import', '--quiet'], signal, commitOf(files));
  return source;
}

function* commitOf(files: number): Generator<string> {
  yield 'commit refs/heads/main\ncommitter Bench <bench@localhost> 1700000000 +0000\ndata 5\nBegin\n';
  yield file('README.md', '# Large\n');
  yield file('factory.yaml', 'verify: test -s README.md\n');
  for (let i = 0; i < files; i++) {
    yield file(`part-${i % 300}/of-${Math.floor(i / 300) % 20}/file-${i}.txt`, `line of file ${i}\n`.repeat(8));
  }
}

const file = (path: string, text: string): string => `M 100644 inline ${path}\ndata ${text.length}\n${text}\n`;

async function git(args: string[], signal: AbortSignal, input: Iterable<string> = []): Promise<void> {
  const program = spawn('git', args, { stdio: ['pipe', 'ignore', 'inherit'], signal });
  const ended = once(program, 'exit');
  await pipeline(Readable.from(input), program.stdin);
  const [code] = await ended;
  if (code !== 0) throw new Error(`git ${args.join(' ')} ended with ${code}`);
}
