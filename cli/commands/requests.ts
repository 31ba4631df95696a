/** `factory requests`: what waits for a person, or with --settled who answered what. */

import type { Command } from 'commander';
import type { Answer } from '../../api/client/index.ts';
import { defined } from '../../workflows/contract/optional-fields.ts';
import { createApi } from '../api.ts';
import { action, type Context, createCommand, type Io } from '../command.ts';
import { EXIT } from '../exit.ts';
import { table } from '../output.ts';
import { money } from '../render.ts';
import { requestLines } from '../render-request.ts';

type Request = Answer<'RequestInList'>;

/** Settled requests of one page. */
const MOST_SETTLED = 50;
/** As many as the API shows at once. */
const MOST_OPEN = 500;

export const requestsCommand = (io: Io): Command =>
  createCommand('requests')
    .argument('[epic]')
    .option('--settled', 'those that were answered or withdrawn, newest first')
    .option('--before <time>', 'the next page of settled ones: before this time (2026-01-31T08:00:00Z)')
    .action(action(io, requests));

interface Options {
  readonly settled?: boolean;
  readonly before?: string;
}

async function requests(context: Context, epicId: string | undefined, options: Options): Promise<number> {
  const { out } = context;
  const { client, ask } = createApi(context);
  const query = {
    ...defined({ epicId }),
    ...(options.settled === true ? { state: 'settled' as const, limit: MOST_SETTLED } : {}),
    ...defined({ before: options.before }),
  };
  const found = await ask(client.GET('/human-requests', { params: { query } }));
  out.result(found, () => {
    if (options.settled === true) return settledText(found, epicId);
    if (found.length === 0) return 'Nothing waits for a person.';
    const all = found
      .flatMap((request) => [
        `${request.epicId}  ${request.requestId}  ${out.colors.dim(stakes(request))}`.trimEnd(),
        ...requestLines(request, out.colors),
      ])
      .join('\n');
    return found.length < MOST_OPEN
      ? all
      : `${all}\nThere may be more, which are shown once some of these are answered.`;
  });
  return EXIT.ok;
}

/** What the answer is worth: the epic's cost so far, and who waits for it. */
function stakes({ epicCostUsd, holdsUp }: Request): string {
  const tasks = holdsUp?.tasks.map(({ key }) => key) ?? [];
  return `$${money(epicCostUsd)} so far${tasks.length === 0 ? '' : `; holds up ${tasks.join(', ')}`}`;
}

function settledText(found: readonly Request[], epicId: string | undefined): string {
  if (found.length === 0) return 'Nothing was settled.';
  const rows = found.map(({ requestId, kind, state, answer, closedAt, askedAt, ...request }) => [
    (closedAt ?? askedAt).slice(0, 16).replace('T', ' '),
    ...[request.epicId, requestId, kind],
    answer === null ? state : `${answer.decision} by ${answer.by}`,
    answer?.comment ?? answer?.answer ?? '',
  ]);
  const more = found.length < MOST_SETTLED ? [] : [moreLine(found.at(-1), epicId)];
  return [table([['WHEN (UTC)', 'EPIC', 'REQUEST', 'KIND', 'ANSWER', 'WORDS'], ...rows]), ...more].join('\n');
}

const moreLine = (last: Request | undefined, epicId: string | undefined): string =>
  `There may be more: bin/factory requests${epicId === undefined ? '' : ` ${epicId}`} --settled --before ${last?.closedAt ?? ''}`;
