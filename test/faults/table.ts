/** The table of docs/reliability.md, written by a run of everything. */
import { readFileSync, writeFileSync } from 'node:fs';
import { absolute } from '../../config/files.ts';
import { MOMENTS } from './cases.ts';
import type { Result } from './job.ts';

const FILE = absolute('docs/reliability.md');
const BEGIN = '<!-- faults:begin: written by `npm run test:faults -- --all` -->';
const END = '<!-- faults:end -->';

export interface Summary {
  readonly results: readonly Result[];
  readonly activities: readonly string[];
  readonly seed: number;
  readonly seconds: number;
  readonly lanes: number;
}

export function writeTable(summary: Summary): void {
  const text = readFileSync(FILE, 'utf8');
  const [before, rest = ''] = text.split(BEGIN);
  const [, after = ''] = rest.split(END);
  writeFileSync(FILE, `${before}${BEGIN}\n${tableOf(summary)}\n${END}${after}`);
}

function tableOf({ results, activities, seed, seconds, lanes }: Summary): string {
  const verdicts = new Map(results.flatMap(({ job, outcome }) => job.cases.map((name) => [name, verdictOf(outcome)])));
  const kills = results.reduce((sum, { outcome }) => sum + outcome.deaths.length, 0);
  const bad = [...verdicts.values()].filter((verdict) => verdict === '✗').length;
  const cell = (name: string) => verdicts.get(name) ?? '–';
  const rows = activities.map((activity) => {
    const cells = MOMENTS.map(({ when, place }) => cell(`${activity}:${when}:${place}`));
    return `| \`${activity}\` | ${cells.join(' | ')} |`;
  });
  const others = [...verdicts.keys()].filter((name) => !activities.some((activity) => name.startsWith(`${activity}:`)));
  return [
    `${verdicts.size} cases, ${kills} kills of the worker process by plan, **${bad} cases with a violation**; ` +
      `${Math.ceil(seconds / 60)} minutes on ${lanes} stacks side by side, seed ${seed}.`,
    '',
    '| activity | before its effect: first run | middle | last | after its effect, unreported: first run | middle | last | in its midst |',
    '|---|---|---|---|---|---|---|---|',
    ...rows,
    '',
    '| other faults | |',
    '|---|---|',
    ...others.toSorted().map((name) => `| \`${name}\` | ${cell(name)} |`),
  ].join('\n');
}

const verdictOf = ({ violations, skipped }: Result['outcome']): string =>
  skipped !== undefined ? `skipped: ${skipped}` : violations.length === 0 ? '✓' : '✗';
