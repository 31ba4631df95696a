/** Writes the tables of docs/agents.md from the data that changes to tests are compared by. */
import { CONFIGURATION } from '../activities/tests/configuration.ts';
import type { Language } from '../activities/tests/language.ts';
import { LANGUAGES } from '../activities/tests/languages.ts';
import { writeTable } from './write-table.ts';

export const generateTestsTable = ({ verify }: { verify: boolean }): void =>
  writeTable({ file: 'docs/agents.md', script: 'generate-tests-table.ts', table: table(), verify });

function table(): string {
  return [
    '',
    '| tests in | read by | names that run | what puts them out of use |',
    '|---|---|---|---|',
    ...LANGUAGES.map(
      (language) =>
        `| ${language.title} | ${language.grammar === undefined ? 'lines' : 'syntax tree'} | ${namesOf(language)} | ${language.markers.map(({ shown }) => cell(shown)).join('; ')} |`,
    ),
    '',
    '| settings of runners in | what is compared |',
    '|---|---|',
    ...CONFIGURATION.map(({ title, shown }) => `| ${title} | ${cell(shown)} |`),
    '',
  ].join('\n');
}

function namesOf({ names }: Language): string {
  return names.length === 0 ? 'any; a build file decides' : names.map((name) => `\`${name}\``).join(', ');
}

const cell = (text: string): string => text.replaceAll('|', '\\|');

if (import.meta.main) generateTestsTable({ verify: process.argv.includes('--verify') });
