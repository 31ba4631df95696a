/** `npm run soak -- --minutes N`: a factory at work for as long as wanted while everything about it dies; see HELP. */
import { parseArgs } from 'node:util';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { bundleWorkflows } from '../../worker/bundle.ts';
import { cleanEnvironment } from '../runner/environment.ts';
import { type SoakReport, soak } from './soak-run.ts';

const HELP = `Runs a factory of its own for a while: random epics, the worker process killed every 20 seconds, messages at
random, the whole stack restarted every 5 minutes. Then everything must end, and the fault suite's invariants must hold.

  npm run soak -- --minutes 40         --seed N           what chance decides (printed at the start)
  --json       the report as JSON      --kill-seconds N   between two kills (20; 0: none, to watch the memory)`;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '40' },
    seed: { type: 'string' },
    'kill-seconds': { type: 'string', default: '20' },
    json: { type: 'boolean' },
    help: { type: 'boolean' },
  },
});

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupted.abort());

async function main(): Promise<number> {
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const minutes = number('minutes', values.minutes);
  const seed = number('seed', values.seed ?? String(Math.floor(Math.random() * 1_000_000)));
  const killSeconds = number('kill-seconds', values['kill-seconds']);
  const say = (line: string) => (values.json ? console.error(line) : console.log(line));
  say(`Seed ${seed}. The same again: npm run soak -- --minutes ${minutes} --seed ${seed}`);
  cleanEnvironment();
  // The replays at the end.
  Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter: 'ERROR' } } });
  const bundle = (await bundleWorkflows()).codePath;
  const report = await soak({ bundle, minutes, seed, killSeconds, signal: interrupted.signal, say });
  console.log(values.json ? JSON.stringify(report, null, 2) : told(report));
  return report.violations.length > 0 || interrupted.signal.aborted ? 1 : 0;
}

function number(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0) throw new Error(`--${name} ${text} is no number`);
  return value;
}

function told({ epics, kills, restarts, messages, histories, seconds, memory, violations }: SoakReport): string {
  return [
    `${epics} epics, ${kills} kills of the worker process, ${restarts} restarts of the stack, ${messages} messages, ${histories} histories replayed; ${(seconds / 60).toFixed(1)} minutes`,
    ...memory.map(
      ({ name, first, last, max, samples }) =>
        `memory of ${name}: first ${first} MB, last ${last} MB, most ${max} MB (${samples} times)`,
    ),
    ...violations.map((violation) => `✖ ${violation}`),
    violations.length === 0 ? 'Nothing is stuck, and nothing happened twice.' : `${violations.length} violations`,
  ].join('\n');
}

// An explicit exit: whatever a library keeps open must not decide the exit code.
process.exit(
  await main().catch((error: unknown) => {
    console.error(error instanceof Error ? (error.stack ?? error.message) : error);
    return 1;
  }),
);
