/** `factory rewind`: takes a task back to an earlier turn of its Worker. */
import type { Command } from 'commander';
import { createApi } from '../api.ts';
import { action, type Context, createCommand, type Io } from '../command.ts';
import { confirm, withConfirmation } from '../confirm.ts';
import { EXIT } from '../exit.ts';
import { parseNumber } from '../parse-number.ts';
import { printReply } from '../print-reply.ts';
import { type Keyed, randomKey, sendOnce, withKey } from '../send-once.ts';
import { type Options, personOf, requireTaskId, withPerson } from './control.ts';

export const rewindCommand = (io: Io): Command =>
  withConfirmation(withPerson(withKey(createCommand('rewind'), 'one rewind')))
    .argument('<task>', 'epic.task')
    .requiredOption(
      '--turn <number>',
      'the last turn that is kept; factory show <task> lists those that can be',
      parseNumber,
    )
    .addHelpText(
      'after',
      `
What the Worker did after that turn leaves its files and its memory; the branch gets one commit more, and the pull
request stays the same. A comment is told to the Worker. What the model cost stays spent.

Example:
  factory show shop-checkout.cart                 # the turns that can be gone back to
  factory logs shop-checkout.cart.implement.1     # what happened in each
  factory rewind shop-checkout.cart --turn 4 --comment "keep the old format"`,
    )
    .action(action(io, rewind));

async function rewind(
  context: Context,
  id: string,
  { turn, key = randomKey(), ...person }: Options & Keyed & { turn: number },
): Promise<number> {
  requireTaskId(id);
  const what = `${id} back to turn ${turn}, leaving what its Worker did after that`;
  const doing = { would: `take ${what}`, question: `Take ${what}?`, options: person };
  if (!(await confirm(context, doing))) return EXIT.ok;
  const { client, ask } = createApi(context);
  const body = { turn, ...personOf(person) };
  const reply = await sendOnce({
    key,
    what: 'one rewind',
    send: (header) => ask(client.POST('/tasks/{id}/rewind', { params: { path: { id }, header }, body })),
  });
  return printReply(context.out, reply, key);
}
