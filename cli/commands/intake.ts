/** `factory intake`: the issues that asked to be built. */
import type { Command } from 'commander';
import { createApi } from '../api.ts';
import { action, type Context, createCommand, type Io } from '../command.ts';
import { EXIT } from '../exit.ts';
import { cut, table } from '../output.ts';
import { parseNumber } from '../parse-number.ts';

export const intakeCommand = (io: Io): Command =>
  createCommand('intake').option('--limit <number>', 'how many at most', parseNumber, 20).action(action(io, intake));

async function intake(context: Context, { limit }: { limit: number }): Promise<number> {
  const { out } = context;
  const { client, ask } = createApi(context);
  const entries = await ask(client.GET('/intake', { params: { query: { limit } } }));
  out.result(entries, () => {
    if (entries.length === 0) return 'No issue asked to be built. docs/operations.md says what does.';
    const rows = entries.map((entry) => [
      entry.identifier,
      entry.outcome,
      entry.epicId ?? '',
      entry.lookedAt.slice(0, 16).replace('T', ' '),
      `${cut(entry.title, 40)}: ${entry.reason}`,
    ]);
    const more = entries.length < limit ? '' : '\nThere may be more: --limit shows as many as 200.';
    return `${table([['ISSUE', 'OUTCOME', 'EPIC', 'LOOKED (UTC)', 'TITLE AND REASON'], ...rows])}${limit < 200 ? more : ''}`;
  });
  return EXIT.ok;
}
