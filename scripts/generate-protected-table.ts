/** Writes the table of protected groups in docs/agents.md from the globs that the factory asks about. */
import { PROTECTED } from '../workflows/contract/protected.ts';
import { writeTable } from './write-table.ts';

export const generateProtectedTable = ({ verify }: { verify: boolean }): void =>
  writeTable({ file: 'docs/agents.md', script: 'generate-protected-table.ts', table: table(), verify });

function table(): string {
  const rows = Object.entries(PROTECTED).flatMap(([group, reasons]) =>
    Object.entries(reasons).map(([reason, globs]) => `| \`${group}\` | ${reason} | ${shown(globs)} |`),
  );
  return ['', '| group | the reason that you are told | paths |', '|---|---|---|', ...rows, ''].join('\n');
}

const shown = (globs: string): string =>
  globs
    .trim()
    .split(/\s+/)
    .map((glob) => `\`${glob.replace(/^\*\*\//, '').replaceAll('|', '\\|')}\``)
    .join(' ');

if (import.meta.main) generateProtectedTable({ verify: process.argv.includes('--verify') });
