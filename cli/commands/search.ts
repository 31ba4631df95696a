/** `factory search`: what has these words in its title, id, key, branch or number. */
import type { Command } from 'commander';
import type { Answer } from '../../api/client/index.ts';
import { createApi } from '../api.ts';
import { action, type Context, createCommand, type Io } from '../command.ts';
import { EXIT } from '../exit.ts';
import { cut, table } from '../output.ts';
import { colored } from '../render.ts';

export const searchCommand = (io: Io): Command =>
  createCommand('search').argument('<words...>').action(action(io, search));

async function search(context: Context, words: readonly string[]): Promise<number> {
  const { out } = context;
  const { client, ask } = createApi(context);
  const found = await ask(client.GET('/search', { params: { query: { q: words.join(' ') } } }));
  out.result(found, () => {
    const rows = rowsOf(found, out.colors);
    const more = found.more.length === 0 ? '' : '\nThere is more; add words to find it.';
    return rows.length === 0 ? 'Nothing is called so.' : `${table(rows)}${more}`;
  });
  return EXIT.ok;
}

function rowsOf({ epics, tasks, agents, pullRequests }: Answer<'Found'>, colors: Context['out']['colors']): string[][] {
  return [
    ...epics.map(({ id, state, title }) => ['epic', id, colored(colors, state), cut(title, 60)]),
    ...tasks.map(({ id, state, title }) => ['task', id, colored(colors, state), cut(title, 60)]),
    ...agents.map(({ id, state }) => ['agent', id, colored(colors, state), '']),
    ...pullRequests.map(({ number, state, title, head }) => [
      'pull request',
      `#${number}`,
      state,
      cut(`${title}  ${head}`, 80),
    ]),
  ];
}
