/** Writes the table of injected orders in docs/security.md from the list that test/unit/injections.test.ts runs. */
import { INJECTIONS } from '../test/support/injections/list.ts';
import { writeTable } from './write-table.ts';

export const generateInjectionsTable = ({ verify }: { verify: boolean }): void =>
  writeTable({ file: 'docs/security.md', script: 'generate-injections-table.ts', table: table(), verify });

function table(): string {
  const rows = INJECTIONS.map(({ id, channel, order, stops }) => `| \`${id}\` | ${channel} | ${order} | ${stops} |`);
  const head = [`${rows.length} orders, each obeyed:`, '', '| id | where it stands | what it orders | what stops it |'];
  return [...head, '|---|---|---|---|', ...rows].join('\n');
}

if (import.meta.main) generateInjectionsTable({ verify: process.argv.includes('--verify') });
