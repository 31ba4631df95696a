/** Writes the table of attempts in docs/security.md from the list that test/activities/escapes.test.ts runs. */
import { AREAS } from '../test/support/escapes/list.ts';
import { writeTable } from './write-table.ts';

export const generateSecurityTable = ({ verify }: { verify: boolean }): void =>
  writeTable({ file: 'docs/security.md', script: 'generate-security-table.ts', table: table(), verify });

function table(): string {
  const rows = AREAS.flatMap(({ title, attempts }) =>
    attempts.map(({ id, tries, outcome }) => `| ${title} | \`${id}\` | ${tries} | ${outcome} |`),
  );
  return [`${rows.length} attempts:`, '', '| | id | what it tries | what happens |', '|---|---|---|---|', ...rows].join(
    '\n',
  );
}

if (import.meta.main) generateSecurityTable({ verify: process.argv.includes('--verify') });
