/** Writes the table of docs/repositories.md from the situations that `npm run test:repositories` plays. */
import { SUBJECTS } from '../test/repositories/situations.ts';
import { writeTable } from './write-table.ts';

export const generateRepositoriesTable = ({ verify }: { verify: boolean }): void =>
  writeTable({ file: 'docs/repositories.md', script: 'generate-repositories-table.ts', table: table(), verify });

function table(): string {
  const rows = SUBJECTS.flatMap(({ title, situations }) => [
    `| **${title}** | | |`,
    ...situations.map(({ what, happens, says }) => `| ${cell(what)} | ${cell(happens)} | ${quoted(says)} |`),
  ]);
  return ['', '| situation | what happens | the words that people see |', '|---|---|---|', ...rows, ''].join('\n');
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const quoted = (says: readonly string[]): string => says.map((words) => `“${cell(words)}”`).join('<br>');

if (import.meta.main) generateRepositoriesTable({ verify: false });
