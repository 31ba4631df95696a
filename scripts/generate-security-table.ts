/** Writes the table of attempts in docs/security.md from the list that test/activities/escapes.test.ts runs. */
import { readFileSync, writeFileSync } from 'node:fs';
import { absolute } from '../config-files.ts';
import { AREAS } from '../test/support/escapes/list.ts';

const file = absolute('docs/security.md');
const [BEGIN, END] = ['<!-- attempts: node scripts/generate-security-table.ts -->', '<!-- end of attempts -->'];

export async function generateSecurityTable({ verify }: { verify: boolean }): Promise<void> {
  const text = readFileSync(file, 'utf8');
  const [before, rest] = text.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error('docs/security.md has lost the marks of its table');
  const written = `${before}${BEGIN}\n${table()}\n${END}${after}`;
  if (!verify) writeFileSync(file, written);
  else if (written !== text) throw new Error('The list of attempts is another one');
}

function table(): string {
  const rows = AREAS.flatMap(({ title, attempts }) =>
    attempts.map(({ id, tries, outcome }) => `| ${title} | \`${id}\` | ${tries} | ${outcome} |`),
  );
  return [`${rows.length} attempts:`, '', '| | id | what it tries | what happens |', '|---|---|---|---|', ...rows].join(
    '\n',
  );
}

if (import.meta.main) await generateSecurityTable({ verify: process.argv.includes('--verify') });
