/** The demo approves its own merge; every other question is left to a person. */
import type { Api, HumanRequest } from './api.ts';
import { personName } from './api.ts';
import { askYes, canAsk } from './ask-yes-no.ts';
import type { Context } from './command.ts';
import { CommandFailure, EXIT } from './exit.ts';
import { requestLines } from './render-request.ts';

interface Options {
  /** Approve the merge without asking. */
  readonly yes?: boolean;
  /** The stack goes on after the demo. */
  readonly keep?: boolean;
  /** How the command line is called that finds the demo's stack. */
  readonly factory: string;
}

const NEEDS_PERSON = 'NeedsPerson';

export const isForPerson = (error: unknown): boolean => error instanceof CommandFailure && error.code === NEEDS_PERSON;

/**
 * Answers a request where the demo or the person at the terminal can. What has another answer than yes or no stays open,
 * and its command is on the screen; where nobody can be asked, that ends the demo.
 */
export async function answer(api: Api, context: Context, options: Options, request: HumanRequest): Promise<void> {
  const isMerge = request.kind === 'merge' && request.options.includes('approve');
  if (isMerge && (options.yes === true || !canAsk(context))) return send(api, context, request, 'approve');
  if (!canAsk(context)) throw forPerson(context, options, request);
  if (!request.options.includes('approve')) return;
  const lines = linesOf(context, options, request);
  if (await askYes(context, `\n${lines.join('\n')}\n${isMerge ? 'Merge this?' : 'Approve this?'}`, isMerge)) {
    return send(api, context, request, 'approve');
  }
  if (isMerge) return send(api, context, request, 'reject');
  context.out.line('Not approved; it stays open.');
}

const linesOf = ({ out }: Context, { factory }: Options, request: HumanRequest): string[] =>
  requestLines(request, out.colors).map((line) => line.replaceAll('bin/factory', factory));

function forPerson(context: Context, options: Options, request: HumanRequest): CommandFailure {
  const remedy =
    options.keep === true
      ? 'The stack goes on for the answer.'
      : 'The stack ends here: with --keep it goes on for these commands, and in a terminal you are asked.';
  const question = linesOf(context, options, request).join('\n');
  const message = `The epic waits for a person, and nobody can be asked here:\n${question}\n${remedy}`;
  return new CommandFailure(EXIT.failed, message, NEEDS_PERSON);
}

async function send(api: Api, { out }: Context, request: HumanRequest, decision: 'approve' | 'reject'): Promise<void> {
  const by = personName(undefined);
  const { epicId: id, requestId, headSha } = request;
  await api.ask(
    api.client.POST('/epics/{id}/respond', {
      params: { path: { id }, header: {} },
      body: { requestId, decision, by, ...(headSha === null ? {} : { headSha }) },
    }),
  );
  out.line(`${by} answered: ${decision}`);
}
