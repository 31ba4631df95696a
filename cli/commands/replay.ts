/** `factory replay`: a recorded epic again, on a stack of its own, and the first turn that asks something else. */
import type { Command } from 'commander';
import type { Config } from '../../config/config.ts';
import type { Departure } from '../../local/model/playback.ts';
import type { Stack } from '../../local/stack/stack.ts';
import type { Recording } from '../../workflows/contract/recording.ts';
import { createApi } from '../api.ts';
import { action, type Context, createCommand, type Io } from '../command.ts';
import { EXIT, usageFailure } from '../exit.ts';
import { followReplay, type ReplayEnd } from '../follow-replay.ts';
import { replayReport } from '../render-replay.ts';
import { requireParts } from './start.ts';

interface Options {
  readonly repository?: string;
  readonly keepGoing?: boolean;
}

export const replayCommand = (io: Io): Command =>
  createCommand('replay')
    .argument('<file>')
    .option('-r, --repository <path>', 'a clone that has the commit the epic began with; the example unless given')
    .option('-k, --keep-going', 'answer as recorded in spite of differences, and list all of them')
    .addHelpText(
      'after',
      `
The epic runs again on a stack of its own with this checkout's prompts, tools and code. The scripted model answers from the
recording, in the recorded order, and compares each request with the recorded one. Ids, times, commits and folders differ by
nature (docs/agents.md lists the rules); whatever else differs ends the replay at the first turn where it does.
The commands of the recording run again on this machine, in the sandbox.

Ends with 0 when all requests and the merged tree are the same, with 1 when not. With --json the last line is
  {"same","epicId","turns","calls","mergedTree","differences","stopped"}`,
    )
    .action(action(io, replay));

async function replay(context: Context, file: string, options: Options): Promise<number> {
  const { out } = context;
  const { readRecording } = await import('../../local/model/read-recording.ts');
  const recording = await readRecording(file).catch((error: Error) => {
    throw usageFailure(error.message);
  });
  const stopping = new AbortController();
  const played = await startPlayed(context, recording, options.keepGoing === true);
  const onSignal = () => stopping.abort();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  try {
    const config = await configOf(await context.config(), recording, options, played.model.url);
    const inReplay: Context = { ...context, config: async () => config, access: async () => config };
    await requireParts(inReplay, config);
    const { startStack } = await import('../../local/stack/stack.ts');
    const say = (line: string) => out.remark(out.colors.dim(line));
    const stack = await startStack(config, { say, signal: stopping.signal });
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
      await stopEverything(config, stack);
    }
  } catch (error) {
    if (stopping.signal.aborted) return EXIT.failed;
    throw error;
  } finally {
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
  const { title, description, tasks, repository, baseBranch, approvals, concurrency, budgetUsd } = epic;
  await api.ask(
    api.client.POST('/epics', {
      params: { header: { 'idempotency-key': epic.id } },
      body: {
        ...{ title, description, repository, baseBranch, concurrency, budgetUsd, requireApproval: approvals },
        ...(tasks === null ? {} : { tasks }),
      },
    }),
  );
}

async function report(
  { out }: Context,
  config: Config,
  { recording, end, all, model, order, departures }: Played & { recording: Recording; end: ReplayEnd; all: boolean },
): Promise<number> {
  const { mergedTree, unifiedDiff } = await import('../../local/stack/replay.ts');
  const { epic, departure, stopped } = end;
  const shown = all ? departures : departure === undefined ? [] : [departure];
  const differences = await Promise.all(
    shown.slice(0, 50).map(async ({ agent = null, turn = null, difference: { kind, what, recorded, now } }) => ({
      ...{ agent, turn, kind, what },
      diff: await unifiedDiff(recorded, now),
    })),
  );
  const tree = epic?.mergedSha ? await mergedTree(config, recording.epic.repository, epic.mergedSha) : null;
  const result = replayReport({
    recording,
    order,
    differences,
    stopped: stopped ?? null,
    tree,
    calls: model.calls.length,
  });
  if (out.json) out.event(result.value);
  else out.line(result.text(out.colors));
  return result.value.same ? EXIT.ok : EXIT.failed;
}

async function stopEverything(config: Config, stack: Stack): Promise<void> {
  await stack.stop();
  const { endServer, terminalOf } = await import('../../local/stack/terminal.ts');
  const terminal = terminalOf(config);
  if (terminal !== undefined) await endServer(terminal);
}
