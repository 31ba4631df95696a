/** `npm run bench -- --help`: the figures that the documentation tells, and others, measured on this machine. */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { thisBuild } from './build.ts';
import { type Figure, isReached, round, table } from './figure.ts';
import { choose, WrongUsage } from './options.ts';
import { PARTS } from './parts.ts';
import { NeedsLinux } from './proc.ts';
import { measureTestChanges } from './test-changes.ts';
import { usage } from './usage.ts';

async function main(args: readonly string[]): Promise<number> {
  if (args[0] === 'test-changes') return testChanges(args.slice(1));
  const { chosen, isJson, isHelp } = choose(PARTS, args);
  if (isHelp) {
    console.log(usage(PARTS));
    return 0;
  }
  const before = chosen.map(({ given }) => given.against).find((ref) => ref !== undefined);
  const builds = { commit: (await thisBuild()).name, before };
  const interrupted = new AbortController();
  // For good: somebody who asks again still gets the clean-up.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupted.abort());
  try {
    const figures: Figure[] = [];
    const unmeasured: string[] = [];
    for (const { name, part, given } of chosen) {
      try {
        figures.push(...(await part.measure(interrupted.signal, given)));
      } catch (error) {
        if (!(error instanceof NeedsLinux)) throw error;
        unmeasured.push(`${name} was not measured: ${error.message}`);
      }
    }
    for (const line of unmeasured) console.error(line);
    console.log(isJson ? inJson(figures, builds) : inWords(figures, builds));
    return unmeasured.length === 0 && figures.every(isReached) ? 0 : 1;
  } catch (error) {
    if (!interrupted.signal.aborted) throw error;
    console.error('Interrupted');
    return 1;
  }
}

type Builds = Readonly<Record<'commit' | 'before', string | number | undefined>>;

function inWords(figures: readonly Figure[], { commit, before }: Builds): string {
  const compared = before === undefined ? '' : ` beside ${before}`;
  return `${table(figures)}\n\nCommit ${commit}${compared}, ${cpus().length} cores, Node ${process.version}`;
}

function inJson(figures: readonly Figure[], builds: Builds): string {
  const told = figures.map((figure) => ({
    ...figure,
    value: round(figure.value),
    ...(figure.before === undefined ? {} : { before: round(figure.before) }),
    reached: isReached(figure),
  }));
  return JSON.stringify({ ...builds, cores: cpus().length, node: process.version, figures: told });
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
