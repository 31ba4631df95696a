/** Writes the table of test runners in docs/agents.md from the lists that bench/runner-reports.ts tries. */
import { SAMPLES } from '../bench/runner-samples.ts';
import { type RunnerFacts, TRIED, UNTRIED } from '../bench/runners.ts';
import { writeTable } from './write-table.ts';

export const generateRunnersTable = ({ verify }: { verify: boolean }): void =>
  writeTable({ file: 'docs/agents.md', script: 'generate-runners-table.ts', table: table(), verify });

function table(): string {
  const samples = SAMPLES.map(({ runner }) => runner).toSorted();
  const tried = TRIED.map(({ runner }) => runner).toSorted();
  if (samples.join() !== tried.join())
    throw new Error(`Tried are ${samples.join(', ')}; told of are ${tried.join(', ')}`);
  const row = (isTried: string) => (facts: RunnerFacts) =>
    `| ${facts.runner} | ${facts.made} | ${facts.seen} | ${isTried} |`;
  const head = ['| runner | how its report is made | what is seen | tried with the real one |', '|---|---|---|---|'];
  return [...head, ...TRIED.map(row('✓')), ...UNTRIED.map(row('no'))].join('\n');
}

if (import.meta.main) generateRunnersTable({ verify: process.argv.includes('--verify') });
