/** Harm from outside of the worker process: servers that are killed, connections that suffer, a disk that is full. */
import { setTimeout as sleep } from 'node:timers/promises';
import { exec } from '../../exec.ts';
import type { EpicNow } from '../support/play-epic.ts';
import { waitFor } from '../support/wait-for.ts';
import type { Job } from './job.ts';
import type { Lane } from './lane.ts';
import { type Outcome, runEpics } from './run-epics.ts';
import { pair, task } from './scenarios.ts';
import { TITLES } from './scripts.ts';
import { isSlow } from './slow-epic.ts';

const SERVERS = ['temporal', 'postgres', 'api'] as const;
const LINKS = ['temporal', 'postgres', 'model'] as const;
/** How often each kind of harm is done, in the middle of work. */
const TIMES = 3;
const PAUSE_MS = 2_500;

/** What is done to a connection, and for how long. */
const HARMS = {
  reset: (proxy: Lane['proxies'][string]) => proxy.reset(),
  cut: async (proxy: Lane['proxies'][string]) => {
    proxy.cut();
    await sleep(1_500);
    proxy.mend();
  },
  delay: async (proxy: Lane['proxies'][string]) => {
    proxy.delay(400);
    await sleep(2_500);
    proxy.mend();
  },
} as const;

export function outageJobs(): Job[] {
  const kills = SERVERS.map((server) => job(`kill:${server}`, (lane) => () => lane.killServer(server)));
  const links = LINKS.flatMap((link) =>
    Object.entries(HARMS).map(([name, harm]) =>
      job(`net-${name}:${link}`, (lane) => () => harm(lane.proxies[link] as never)),
    ),
  );
  return [...kills, ...links, { name: 'disk-full', cases: ['disk-full'], run: runDiskFull }];
}

function job(name: string, harmOf: (lane: Lane) => () => unknown): Job {
  return { name, cases: [name], run: (lane, run) => runHarmed(lane, run, name, harmOf(lane)) };
}

/** Each server dies once, within the eight seconds of the epic's slow command. */
export async function killEachServer(lane: Lane, epicId: string): Promise<number> {
  await isSlow(lane, epicId);
  for (const server of SERVERS) {
    lane.killServer(server);
    await sleep(PAUSE_MS);
  }
  return SERVERS.length;
}

async function runHarmed(lane: Lane, run: string, name: string, harm: () => unknown): Promise<Outcome> {
  const epics = ['x', 'y', 'z'].map((letter) => pair(`${name.replace(':', '-')}-${letter}-${run}`));
  return runEpics(lane, {
    epics,
    harm: async () => {
      for (let time = 0; time < TIMES; time += 1) {
        await sleep(PAUSE_MS);
        await harm();
      }
      return TIMES;
    },
  });
}

const FILL = 'fill';

/** The worktrees of the lane live on a small file system, which is full for a while and then is not. */
async function runDiskFull(lane: Lane, run: string): Promise<Outcome> {
  if (lane.worktreeDisk === undefined) {
    return { violations: [], skipped: 'no small file system can be mounted here', deaths: [], runs: new Map() };
  }
  const disk = lane.worktreeDisk;
  const epics = ['x', 'y'].map((letter) => ({
    ...pair(`disk-${letter}-${run}`),
    body: { title: TITLES.space, tasks: [task('one'), task('two')], requireApproval: ['merge'] },
    lines: ['one', 'two', 'one edited', 'two edited'],
  }));
  const shell = (script: string) => exec({ file: 'sh', args: ['-c', script], timeoutMs: 20_000 });
  const isUnderWay = (epic: EpicNow | undefined) => epic?.tasks.some(({ state }) => state === 'IN_PROGRESS');
  return runEpics(lane, {
    epics,
    harm: async () => {
      const [first] = epics;
      await waitFor(
        async () => {
          const { data } = await lane.api.GET('/epics/{id}', { params: { path: { id: first?.id ?? '' } } });
          return isUnderWay(data as EpicNow | undefined);
        },
        { timeoutMs: 60_000, what: 'a task to be under way' },
      );
      await shell(`cat /dev/zero > '${disk}/${FILL}' 2>/dev/null; true`);
      await sleep(8_000);
      await shell(`rm -f '${disk}/${FILL}'`);
      return 0;
    },
  });
}
