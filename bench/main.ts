/**
 * `npm run bench [-- --json] [--epics 30] [--check-seconds 20] [engine|git|epic|lane|sandbox]`: the figures that the README tells, measured on this machine.
 * `npm run bench -- large [--files N]`: an epic in a repository of 300,000 files, which is measured only when it is named.
 * `npm run bench -- flood [--messages N] [--rate N]`: 10,000 messages each to a waiting epic, a waiting task and the
 * supervisor, 150 a second.
 * `npm run bench -- test-changes <file.json> [--list]`: how many weakened tests of a collection are found.
 */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { measureEngine } from './engine.ts';
import { measureEpic } from './epic.ts';
import { type Figure, isReached, round, table } from './figure.ts';
import { measureFlood } from './flood.ts';
import { measureGit } from './git.ts';
import { measureLane } from './lane.ts';
import { measureLarge } from './large.ts';
import { measureSandbox } from './sandbox.ts';
import { measureTestChanges } from './test-changes.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean' },
    epics: { type: 'string', default: '30' },
    'check-seconds': { type: 'string', default: '20' },
    files: { type: 'string', default: '300000' },
    messages: { type: 'string', default: '10000' },
    rate: { type: 'string', default: '150' },
    list: { type: 'boolean', default: false },
  },
});
if (positionals[0] === 'test-changes') {
  await measureTestChanges(positionals[1], { list: values.list }).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
  });
  process.exit();
}
const parts: Record<string, (signal: AbortSignal) => Promise<Figure[]>> = {
  engine: measureEngine,
  git: measureGit,
  epic: measureEpic,
  lane: (signal) => measureLane(signal, { epics: Number(values.epics), checkSeconds: Number(values['check-seconds']) }),
  sandbox: measureSandbox,
  flood: (signal) => measureFlood(signal, { messages: Number(values.messages), rate: Number(values.rate) }),
  large: (signal) => measureLarge(signal, Number(values.files)),
};
const ONLY_NAMED: readonly string[] = ['flood', 'large'];
const unknown = positionals.filter((name) => parts[name] === undefined);
if (unknown.length > 0) {
  console.error(`There is no measurement "${unknown.join('", "')}"; there are: ${Object.keys(parts).join(', ')}`);
  process.exit(2);
}

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());

const figures: Figure[] = [];
try {
  for (const [name, measure] of Object.entries(parts)) {
    const isDue = positionals.length === 0 ? !ONLY_NAMED.includes(name) : positionals.includes(name);
    if (isDue) figures.push(...(await measure(interrupted.signal)));
  }
} catch (error) {
  console.error(interrupted.signal.aborted ? 'Interrupted' : error);
  process.exit(1);
}
if (values.json) {
  const measured = figures.map((figure) => ({ ...figure, value: round(figure.value), reached: isReached(figure) }));
  console.log(JSON.stringify({ cores: cpus().length, node: process.version, figures: measured }));
} else {
  console.log(`${table(figures)}\n\n${cpus().length} cores, Node ${process.version}`);
}
process.exitCode = figures.every(isReached) ? 0 : 1;
