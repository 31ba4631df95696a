/** `factory explain`: what happened in an epic, for somebody who was away. */

import { type Command, InvalidArgumentError } from 'commander';
import { defined } from '../../workflows/contract/optional-fields.ts';
import { createApi } from '../api.ts';
import { action, type Context, createCommand, type Io } from '../command.ts';
import { EXIT } from '../exit.ts';
import { accountLines } from '../render-account.ts';

interface Options {
  readonly task?: string;
  readonly since?: string;
}

export const explainCommand = (io: Io): Command =>
  createCommand('explain')
    .argument('<epic>')
    .option('--task <key>', 'only this task')
    .option('--since <time>', 'only what happened since: 2026-01-31, 2026-01-31T09:00:00Z, or 90m, 12h, 3d ago', since)
    .addHelpText(
      'after',
      `
It tells what the decision log holds, each entry once, in chapters: the plan, each task, the epic as a whole.
The entries one by one: factory logs <epic>. What was paid: factory costs <epic>.

Examples:
  factory explain shop-checkout --since 1d
  factory explain shop-checkout --task receipts`,
    )
    .action(action(io, explain));

async function explain(context: Context, id: string, { task, since }: Options): Promise<number> {
  const { out } = context;
  const { client, ask } = createApi(context);
  const query = { ...defined({ taskKey: task, since }) };
  const account = await ask(client.GET('/epics/{id}/account', { params: { path: { id }, query } }));
  out.result(account, () => accountLines(account, out.colors).join('\n'));
  return EXIT.ok;
}

const AGO = /^(\d{1,6})\s*(m|h|d)$/;
const MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
/** A day, or a time with its zone: without one nobody could tell whose clock it is. */
const TIME = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2}))?$/;

/** As the API takes it. */
function since(text: string): string {
  const [, number, unit] = AGO.exec(text) ?? [];
  const at =
    number === undefined
      ? Date.parse(TIME.test(text) ? text : '')
      : Date.now() - Number(number) * MS[unit as keyof typeof MS];
  if (Number.isFinite(at)) return new Date(at).toISOString();
  throw new InvalidArgumentError(
    'Give a day (2026-01-31), a time with its zone (2026-01-31T09:00:00Z), or 90m, 12h, 3d.',
  );
}
