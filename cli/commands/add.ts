/** `factory add`: one more task for a running epic. */

import type { Command } from 'commander';
import { defined } from '../../workflows/contract/optional-fields.ts';
import { createApi, personName } from '../api.ts';
import { action, type Context, createCommand, type Io } from '../command.ts';
import { printReply } from '../print-reply.ts';

interface Options {
  readonly key: string;
  readonly title: string;
  readonly description?: string;
  readonly acceptance?: readonly string[];
  readonly after?: string;
  readonly files?: readonly string[];
  readonly by?: string;
}

export const addCommand = (io: Io): Command =>
  createCommand('add')
    .argument('<epic>')
    .requiredOption('--key <key>', "the task's name in the epic: a-z, 0-9 and -")
    .requiredOption('-t, --title <text>', "the task's title")
    .option('-d, --description <text>', 'what is wanted')
    .option('--acceptance <criterion...>', 'what must be true when it is done')
    .option('--files <pattern...>', 'the files that it will likely touch: src/cart.ts, docs/')
    .option('--after <keys>', 'tasks that must be done first: a,b')
    .option('--by <name>', 'who says so (default: your user name)')
    .addHelpText(
      'after',
      '\nExample:\n  factory add shop-checkout --key receipts --title "Print receipts" --after cart,prices',
    )
    .action(action(io, add));

async function add(context: Context, id: string, options: Options): Promise<number> {
  const { client, ask } = createApi(context);
  const { key, title, description, acceptance, after, files, by } = options;
  const dependsOn = (after ?? '')
    .split(',')
    .map((need) => need.trim())
    .filter((need) => need !== '');
  const task = {
    key,
    title,
    dependsOn,
    ...defined({ description }),
    ...(acceptance === undefined ? {} : { acceptance: [...acceptance] }),
    ...(files === undefined ? {} : { files: [...files] }),
  };
  const body = { task, by: personName(by) };
  return printReply(context.out, await ask(client.POST('/epics/{id}/tasks', { params: { path: { id } }, body })));
}
