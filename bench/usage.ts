/** What `npm run bench` can measure, for people. */
import type { Option, Part } from './options.ts';

export function usage(parts: Readonly<Record<string, Part>>): string {
  const width = Math.max(...Object.keys(parts).map((name) => name.length));
  const lines = Object.entries(parts).map(([name, { about, isOnDemand }]) =>
    `  ${name.padEnd(width)}  ${about}${isOnDemand ? ' *' : ''}`.trimEnd(),
  );
  const options = Object.entries(parts).flatMap(([name, part]) =>
    Object.entries(part.options).map(([option, facts]) => `  ${name.padEnd(width)}  ${described(option, facts)}`),
  );
  return [
    'Usage: npm run bench -- [measurement …] [options]',
    '',
    ...lines,
    '',
    '* takes long, and is measured only when it is named. Ends with 0 when each goal is reached, else with 1.',
    '',
    'Options:',
    ...options,
    `  ${''.padEnd(width)}  --json: as JSON`,
    '',
    'npm run bench -- test-changes <file.json> [--list]: how many weakened tests of a collection are found',
  ].join('\n');
}

const described = (name: string, { placeholder, about, fallback }: Option): string =>
  `--${name} ${placeholder}: ${about}${fallback === undefined ? '' : ` (${fallback})`}`;
