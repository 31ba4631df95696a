/** `factory plan edit`: changes the plan of an epic in an editor, until it fits or the person gives up. */
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { Answer } from '../api/client/index.ts';
import { type Api, createApi, personName, type Reply, readEpic } from './api.ts';
import { action, type Context, createSubcommand, type Io } from './command.ts';
import { CommandFailure, EXIT, usageFailure } from './exit.ts';
import { planText, readPlanText, UnreadablePlan, withProblems } from './plan-file.ts';
import { printReply } from './print-reply.ts';
import { openEditedFile } from './text-editor.ts';

interface Options {
  readonly comment?: string;
  readonly by?: string;
  readonly file?: string;
  readonly print?: boolean;
  readonly inSequence?: boolean;
}

export const editCommand = (io: Io): Command =>
  createSubcommand('edit', 'Change the plan in your editor: approves a plan that waits, revises one under way')
    .argument('<epic>')
    .option('--comment <text>', 'why; it is kept with the revision')
    .option('--in-sequence', 'make the later of two tasks that will likely touch the same files wait')
    .option('--print', 'print the file instead of opening it')
    .option('--file <path>', 'send this file instead of opening an editor; - reads stdin')
    .option('--by <name>', 'who says so (default: your user name)')
    .addHelpText(
      'after',
      `
The editor is VISUAL, else EDITOR, else vi. What does not fit is shown on top of the file, which is then opened again.
A plan that waits for its approval is approved with your changes; in one that is carried out only tasks that have not
started can change. It is about the revision that is shown: a newer one refuses it, and your file stays.

Examples:
  factory plan edit shop-checkout --comment "Receipts first"
  factory plan edit shop-checkout --print > plan.yaml
  factory plan edit shop-checkout --file plan.yaml`,
    )
    .action(action(io, edit));

type Edited = NonNullable<ReturnType<typeof readPlanText>>;

async function edit(context: Context, id: string, options: Options): Promise<number> {
  const { out } = context;
  const api = createApi(context);
  const epic = await readEpic(api, id);
  // As it is: it is sent back.
  const plan = await api.ask(api.client.GET('/epics/{id}/plan', { params: { path: { id } } }), true);
  if (plan.tasks.length === 0)
    throw new CommandFailure(
      EXIT.refused,
      `Epic ${id} has no plan; factory show ${id} says where it stands.`,
      'PlanUnsettled',
    );
  const requestId = epic?.requests.find(({ kind }) => kind === 'plan')?.requestId;
  const send = (edited: Edited) => sendPlan(api, { epicId: id, requestId, edited, options });
  if (options.file !== undefined) return printReply(out, await send(readGiven(options.file)));
  const text = planText({ plan, effect: effectOf(plan, requestId) });
  if (options.print === true) {
    out.result({ text }, text.trimEnd());
    return EXIT.ok;
  }
  return editUntilItFits(context, { epicId: id, text, send, isChange: options.inSequence === true });
}

const effectOf = ({ revision }: Answer<'EpicPlan'>, requestId: string | undefined): string =>
  requestId === undefined
    ? `Saving it with a change makes revision ${revision + 1}, which counts at once.`
    : 'It waits for approval: saving it with a change APPROVES it as it is then.';

interface Editing {
  readonly epicId: string;
  readonly text: string;
  readonly send: (edited: Edited) => Promise<Reply>;
  /** There is something to send for a text that was left as it was, too. */
  readonly isChange: boolean;
}

async function editUntilItFits({ out }: Context, { epicId, text, send, isChange }: Editing): Promise<number> {
  const file = await openEditedFile(`plan-${epicId}.yaml`);
  const kept = `Your text is kept in ${file.file}`;
  let shown = text;
  for (;;) {
    const saved = await file.edit(shown);
    const isSame = saved === shown;
    if (isSame && shown !== text) {
      throw new CommandFailure(EXIT.usage, `It was not changed again, and nothing was sent. ${kept}.`, 'NotSent');
    }
    try {
      const edited = readPlanText(saved);
      if (edited === undefined || (isSame && !isChange)) {
        await file.remove();
        out.result({ status: 'unchanged' }, 'Nothing was changed, and nothing was sent.');
        return EXIT.ok;
      }
      const exitCode = printReply(out, await send(edited));
      if (exitCode === EXIT.ok) await file.remove();
      else out.remark(`${kept}, in case it is refused later.`);
      return exitCode;
    } catch (error) {
      const problem = problemOf(error);
      if (problem === undefined) throw keeping(error, kept);
      out.remark(problem.join('\n'));
      shown = withProblems(saved, problem);
    }
  }
}

/** What to fix in the text; undefined for what no other text helps against. */
function problemOf(error: unknown): string[] | undefined {
  if (error instanceof UnreadablePlan) return [error.message];
  if (error instanceof CommandFailure && error.code === 'InvalidInput') return error.message.split('; ');
  return undefined;
}

const keeping = (error: unknown, kept: string): unknown =>
  error instanceof CommandFailure
    ? new CommandFailure(error.exitCode, `${error.message}. ${kept}.`, error.code)
    : error;

function readGiven(name: string): Edited {
  try {
    const edited = readPlanText(readFileSync(name === '-' ? 0 : name, 'utf8'));
    if (edited !== undefined) return edited;
  } catch (error) {
    throw usageFailure(`${name} cannot be used: ${(error as Error).message}`);
  }
  throw usageFailure(`${name} has no plan in it; --print shows what belongs there`);
}

interface Sending {
  readonly epicId: string;
  /** Of the approval that the plan waits for. */
  readonly requestId: string | undefined;
  readonly edited: Edited;
  readonly options: Options;
}

/** The API checks each field, so that there is one place that knows what a plan is. */
function sendPlan({ client, ask }: Api, { epicId: id, requestId, edited, options }: Sending): Promise<Reply> {
  const params = { path: { id } };
  const by = { by: personName(options.by), ...(options.comment === undefined ? {} : { comment: options.comment }) };
  const plan = { ...(edited as Given), ...(options.inSequence === true ? { inSequence: true } : {}) };
  if (requestId === undefined) return ask(client.PUT('/epics/{id}/plan', { params, body: { ...plan, ...by } }));
  const body = { requestId, decision: 'approve', plan, ...by };
  return ask(client.POST('/epics/{id}/respond', { params, body }));
}

interface Given {
  readonly revision: number;
  readonly tasks: { key: string; title: string }[];
}
