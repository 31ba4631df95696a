/** `npm run bench -- --help`: the figures that the documentation tells, and others, measured on this machine. */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { thisBuild } from './build.ts';
import { type Figure, isReached, round, table } from './figure.ts';
import { choose, WrongUsage } from './options.ts';
import { PARTS } from './parts.ts';
import { measureTestChanges } from './test-changes.ts';
import { usage } from './usage.ts';

async function main(args: readonly string[]): Promise<number> {
  if (args[0] === 'test-changes') return testChanges(args.slice(1));
  const { chosen, isJson, isHelp } = choose(PARTS, args);
  if (isHelp) {
    console.log(usage(PARTS));
    return 0;
  }
  const { name: commit } = await thisBuild();
  const before = chosen.map(({ given }) => given.against).find((ref) => ref !== undefined);
  const interrupted = new AbortController();
  // For good: somebody who asks again still gets the clean-up.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupted.abort());
  try {
    const figures: Figure[] = [];
    for (const { part, given } of chosen) figures.push(...(await part.measure(interrupted.signal, given)));
    const [cores, node] = [cpus().length, process.version];
    if (isJson) {
      const told = figures.map((figure) => ({ ...figure, value: round(figure.value), reached: isReached(figure) }));
      console.log(JSON.stringify({ commit, before, cores, node, figures: told }));
    } else {
      const compared = before === undefined ? '' : ` beside ${before}`;
      console.log(`${table(figures)}\n\nCommit ${commit}${compared}, ${cores} cores, Node ${node}`);
    }
    return figures.every(isReached) ? 0 : 1;
  } catch (error) {
    if (!interrupted.signal.aborted) throw error;
    console.error('Interrupted');
    return 1;
  }
}

/** It has a table of its own. */
async function testChanges(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    ...{ args: [...args], allowPositionals: true },
    options: { list: { type: 'boolean', default: false } },
  });
  await measureTestChanges(positionals[0], { list: values.list });
  return 0;
}

process.exit(
  await main(process.argv.slice(2)).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    if (!(error instanceof WrongUsage)) return 1;
    console.error(`\n${usage(PARTS)}`);
    return 2;
  }),
);
