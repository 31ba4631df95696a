/** `factory requests`: what waits for a person. */
import type { Command } from 'commander';
import { createApi } from '../api.ts';
import { action, type Context, createCommand, type Io } from '../command.ts';
import { EXIT } from '../exit.ts';
import { requestLines } from '../render.ts';

export const requestsCommand = (io: Io): Command =>
  createCommand('requests').argument('[epic]').action(action(io, requests));

async function requests(context: Context, epicId: string | undefined): Promise<number> {
  const { out } = context;
  const { client, ask } = createApi(context);
  const query = epicId === undefined ? {} : { epicId };
  const open = await ask(client.GET('/human-requests', { params: { query } }));
  out.result(open, () => {
    if (open.length === 0) return 'Nothing waits for a person.';
    return open
      .flatMap((request) => [`${request.epicId}  ${request.requestId}`, ...requestLines(request, out.colors)])
      .join('\n');
  });
  return EXIT.ok;
}
