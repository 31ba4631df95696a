/** What the sandbox adds to a command: the same durable command with and without it, in turn. */
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runDurableCommand } from '../activities/terminal/run-command.ts';
import { NO_SANDBOX, type Sandbox } from '../clients/terminal/sandbox.ts';
import { findSandbox } from '../clients/terminal/sandbox-probe.ts';
import { createTerminal, endServer } from '../clients/terminal/tmux.ts';
import { RepositoryPolicy } from '../workflows/contract/settings.ts';
import { type Figure, median } from './figure.ts';

const ROUNDS = 40;

export async function measureSandbox(signal: AbortSignal): Promise<Figure[]> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'factory-bench-')));
  const sandbox = await findSandbox({ setting: 'auto', readable: [], hidden: [], systemDir: join(folder, 'system') });
  if (sandbox.kind === 'none') throw new Error(`There is no sandbox to measure: ${sandbox.description}`);
  const worktree = join(folder, 'worktree');
  await mkdir(worktree);
  const terminal = createTerminal({ stateDir: folder, host: 'bench' });
  const { limits } = RepositoryPolicy.parse({});
  const measure = async (name: string, used: Sandbox): Promise<number> => {
    signal.throwIfAborted();
    const began = performance.now();
    await runDurableCommand({
      ...{ terminal, journalDir: join(folder, 'journal', name), session: 'bench/bench', script: 'true', cwd: worktree },
      ...{
        env: {},
        secrets: {},
        timeoutMs: 30_000,
        sandbox: used,
        readOnly: false,
        git: undefined,
        network: [],
        limits,
      },
    });
    return performance.now() - began;
  };
  const none = NO_SANDBOX('it is compared with');
  const times: { with: number; without: number }[] = [];
  try {
    for (let round = 0; round <= ROUNDS; round++) {
      const time = { with: await measure(`with-${round}`, sandbox), without: await measure(`without-${round}`, none) };
      // The first opens the tmux session.
      if (round > 0) times.push(time);
    }
  } finally {
    await endServer(terminal);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  const inside = median(times.map((time) => time.with));
  const outside = median(times.map((time) => time.without));
  return [
    { name: 'a durable command without a sandbox', value: outside, unit: 'ms' },
    { name: 'what the sandbox adds to it', value: inside - outside, unit: 'ms' },
  ];
}
