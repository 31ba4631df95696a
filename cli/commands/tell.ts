/** `factory tell`: a person's word to agents at work. */
import type { Command } from 'commander';
import { createApi, personName } from '../api.ts';
import { action, type Context, createCommand, type Io } from '../command.ts';
import { printReply } from '../print-reply.ts';
import { type Keyed, randomKey, sendOnce, withKey } from '../send-once.ts';

export const tellCommand = (io: Io): Command =>
  withKey(createCommand('tell'), 'one word')
    .argument('<id>', 'a task (epic.task), or an epic: all its Workers, or its planner while it plans')
    .argument('<words>', 'what they should know or do')
    .option('--by <name>', 'who says so (default: your user name)')
    .addHelpText(
      'after',
      `
It reaches the Worker before its next turn, as your word; the log says which turn read it. After a hand-in it goes to the
next round, and the log says so where there is none any more.

Example:
  factory tell shop-checkout.cart "keep the old format of prices"`,
    )
    .action(action(io, tell));

interface Options extends Keyed {
  readonly by?: string;
}

async function tell(context: Context, id: string, text: string, { by, key = randomKey() }: Options): Promise<number> {
  const { client, ask } = createApi(context);
  const body = { text, by: personName(by) };
  const reply = await sendOnce({
    key,
    what: 'one word',
    send: (header) => {
      const call = { params: { path: { id }, header }, body };
      return ask(id.includes('.') ? client.POST('/tasks/{id}/tell', call) : client.POST('/epics/{id}/tell', call));
    },
  });
  return printReply(context.out, reply);
}
