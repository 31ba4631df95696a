/** `factory replay`: a recorded epic again, on a stack of its own, and the first turn that asks something else. */

import type { Command } from 'commander';
import type { Config } from '../../config/config.ts';
import type { Departure } from '../../local/model/playback.ts';
import { defined } from '../../workflows/contract/optional-fields.ts';
import type { Recording } from '../../workflows/contract/recording.ts';
import { createApi } from '../api.ts';
import { requireConsent, whatRuns } from '../before-replay.ts';
import { action, type Context, createCommand, type Io } from '../command.ts';
import { EXIT, usageFailure } from '../exit.ts';
import { followReplay, type ReplayEnd } from '../follow-replay.ts';
import { replayReport } from '../render-replay.ts';
import { stopOnSignals } from '../stop-signals.ts';
import { requireParts } from './start.ts';

interface Options {
  readonly repository?: string;
  readonly keepGoing?: boolean;
  readonly yes?: boolean;
}

export const replayCommand = (io: Io): Command =>
  createCommand('replay')
    .argument('<file>')
    .option('-r, --repository <path>', 'a clone that has the commit the epic began with; the example unless given')
    .option(
      '-k, --keep-going',
      'do not stop at the first difference: answer as recorded, and list up to 50 differences, each once',
    )
    .option('-y, --yes', 'run its commands without a sandbox too (with SANDBOX=off)')
    .addHelpText(
      'after',
      `
The epic runs again on a stack of its own with this checkout's prompts, tools and code. The scripted model answers from the
recording, in the recorded order, and compares each request with the recorded one. Ids, times, commits and folders differ by
nature (docs/agents.md lists the rules); whatever else differs ends the replay at the first turn where it does.
The commands of the recording run again on this machine, in the sandbox; play only what you would let run.

Ends with 0 when all requests and the merged tree are the same, with 7 when something differs, with 1 when it could not run
or was stopped. With --json the last line is
  {"same","epicId","turns","calls","state","mergedTree","differences","leftOut","stopped"}
The last replay stays in .factory/replay, logs included, until the next one.`,
    )
    .action(action(io, replay));

async function replay(context: Context, file: string, options: Options): Promise<number> {
  const { out } = context;
  const { readRecording } = await import('../../local/model/read-recording.ts');
  const recording = await readRecording(file).catch((error: Error) => {
    throw usageFailure(error.message);
  });
  const base = await context.config();
  requireConsent(recording, base.sandbox.setting === 'off', options.yes === true);
  const played = await startPlayed(context, recording, options.keepGoing === true);
  const stopping = stopOnSignals(out);
  try {
    const config = await configOf(base, recording, options, played.model.url);
    const inReplay: Context = { ...context, config: async () => config, access: async () => config };
    await requireParts(inReplay, config);
    const [{ startStack }, { endOwnStack }, { findSandbox }] = await Promise.all([
      import('../../local/stack/stack.ts'),
      import('../../local/stack/own-stack.ts'),
      import('../../clients/terminal/sandbox-probe.ts'),
    ]);
    out.remark(whatRuns(recording, options.repository, (await findSandbox(config.sandbox)).description));
    const say = (line: string) => out.remark(out.colors.dim(line));
    const stack = await startStack(config, { say, signal: stopping.signal });
    stopping.stops(stack);
    try {
      const api = createApi(inReplay);
      await submit(api, recording);
      const end = await followReplay({
        ...played,
        api,
        recording,
        goesOn: options.keepGoing === true,
        signal: stopping.signal,
      });
      return await report(inReplay, config, { recording, end, all: options.keepGoing === true, ...played });
    } finally {
      await endOwnStack(config, stack);
    }
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
    out.remark('The replay was stopped before its end.');
    return EXIT.failed;
  } finally {
    stopping.end();
    await played.model.close();
  }
}

type Played = Awaited<ReturnType<typeof startPlayed>>;

/** The scripted model in this process, which learns here of what it cannot see itself. */
async function startPlayed({ out }: Context, recording: Recording, goesOn: boolean) {
  const [{ startScriptedModel }, { createPlayback }, { createOrder, eventsOf }] = await Promise.all([
    import('../../local/model/server.ts'),
    import('../../local/model/playback.ts'),
    import('../../local/model/recorded-order.ts'),
  ]);
  const order = createOrder(eventsOf(recording));
  const departures: Departure[] = [];
  const all = recording.agents.reduce((sum, { turns }) => sum + turns.length, 0);
  let turns = 0;
  const playback = createPlayback(recording, {
    order,
    onDifference: goesOn ? 'recorded' : 'hold',
    onDeparture: (departure) => {
      departures.push(departure);
    },
    onAnswer: ({ taskKey, purpose, attempt }, { turn }) => {
      turns += 1;
      const who = `${taskKey ?? 'epic'} ${purpose}${attempt === 1 ? '' : ` ${attempt}`}`;
      out.line(out.colors.dim(`${String(turns).padStart(String(all).length)}/${all}  ${who}, turn ${turn}`));
    },
  });
  const model = await startScriptedModel({ playback });
  return { model, order, departures: departures as readonly Departure[] };
}

async function configOf(
  base: Config,
  recording: Recording,
  { repository }: Options,
  modelUrl: string,
): Promise<Config> {
  const { replayConfig, WrongRepository } = await import('../../local/stack/replay.ts');
  return replayConfig(base, { recording, repository, modelUrl }).catch((error: unknown) => {
    throw error instanceof WrongRepository ? usageFailure(error.message) : error;
  });
}

/** Under the recorded id, so that branches, folders and agents have their names again. */
async function submit(api: ReturnType<typeof createApi>, { epic }: Recording): Promise<void> {
  const { title, description, tasks, repository, baseBranch, approvals, overlaps, concurrency, budgetUsd } = epic;
  await api.ask(
    api.client.POST('/epics', {
      params: { header: { 'idempotency-key': epic.id } },
      body: {
        title,
        description,
        repository,
        baseBranch,
        concurrency,
        budgetUsd,
        requireApproval: approvals,
        ...defined({ overlaps }),
        ...(tasks === null ? {} : { tasks: tasks.map(({ files = [], ...task }) => ({ ...task, files })) }),
      },
    }),
  );
}

const MOST_SHOWN = 50;

async function report(
  { out }: Context,
  config: Config,
  { recording, end, all, model, order, departures }: Played & { recording: Recording; end: ReplayEnd; all: boolean },
): Promise<number> {
  const { mergedTree, unifiedDiff } = await import('../../local/stack/replay.ts');
  const { epic, departure, stopped } = end;
  const shown = all ? departures : departure === undefined ? [] : [departure];
  const differences = await Promise.all(
    shown
      .slice(0, MOST_SHOWN)
      .map(async ({ agent = null, turn = null, difference: { kind, what, recorded, now } }) => ({
        agent,
        turn,
        kind,
        what,
        diff: await unifiedDiff(recorded, now),
      })),
  );
  const tree = epic?.mergedSha ? await mergedTree(config, recording.epic.repository, epic.mergedSha) : null;
  const result = replayReport({
    recording,
    order,
    differences,
    leftOut: shown.length - differences.length,
    stopped: stopped ?? null,
    state: epic?.state ?? null,
    reason: epic?.failure?.message ?? null,
    tree,
    calls: model.calls.length,
  });
  if (out.json) out.event(result.value);
  else out.line(result.text(out.colors));
  return result.value.same ? EXIT.ok : EXIT.differs;
}
