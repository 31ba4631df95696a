/** What nobody should do by accident: the command says what it is about and asks; where nobody can be asked it wants --yes. */
import type { Command } from 'commander';
import { askYes, canAsk } from './ask-yes-no.ts';
import type { Context } from './command.ts';
import { CommandFailure, EXIT } from './exit.ts';

export interface Confirmation {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

/** `only`: with which option it asks, where it does not always. */
export const withConfirmation = (command: Command, { only }: { readonly only?: string } = {}): Command =>
  command
    .option(
      '-y, --yes',
      `${only === undefined ? '' : `with ${only}: `}do not ask; needed where there is no terminal to ask in`,
    )
    .option('--dry-run', 'say what would happen, and send nothing');

interface Doing {
  /** As in "Would merge …". */
  readonly would: string;
  readonly question: string;
  readonly options: Confirmation;
}

/** Whether to go on: false for a dry run, which is reported here. Fails unless a person says yes. */
export async function confirm(context: Context, { would, question, options }: Doing): Promise<boolean> {
  if (options.dryRun === true) {
    context.out.result({ dryRun: true, would }, `Would ${would}. Nothing was sent.`);
    return false;
  }
  if (options.yes === true) return true;
  if (!canAsk(context)) {
    const message = `Nothing was sent: it would ${would}, and nobody can be asked here. Add --yes if that is meant.`;
    throw new CommandFailure(EXIT.usage, message, 'NotSent');
  }
  if (await askYes(context, question, false)) return true;
  throw new CommandFailure(EXIT.failed, 'Nothing was sent; all is as it was.', 'NotSent');
}
