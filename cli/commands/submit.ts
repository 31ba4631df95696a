/** `factory submit`: gives the factory an epic. */
import { readFileSync } from 'node:fs';
import { Argument, type Command } from 'commander';
import { epicKey } from '../../api/client/epic-key.ts';
import { type Api, createApi } from '../api.ts';
import { action, type Context, createCommand, type Io } from '../command.ts';
import { type EpicFields, parseEpicFile, UnreadableEpic } from '../epic-file.ts';
import { EXIT, usageFailure } from '../exit.ts';
import { parseNumber } from '../parse-number.ts';
import { startingLine } from '../render.ts';
import { type Keyed, randomKey, sendOnce, withKey } from '../send-once.ts';
import { exitCodeOf, watchEpic } from '../watch-epic.ts';

export const submitCommand = (io: Io): Command => {
  const command = createCommand('submit')
    .addArgument(new Argument('[file]', 'Markdown (the first heading is the title) or JSON; - reads stdin'))
    .option('-t, --title <text>', "the epic's title")
    .option('-d, --description <text>', 'what is wanted, and what must hold when it is done')
    .option('--repository <name>', 'a configured repository')
    .option('--base <branch>', 'the branch that the work goes into')
    .option('--priority <0-4>', '1 is the most urgent, 4 the least, 0 none', parseNumber)
    .option('--budget <usd>', 'what the model may cost', parseNumber)
    .option('--budget-tokens <count>', 'the tokens that the model may read and write', parseNumber)
    .option('--concurrency <tasks>', 'tasks at the same time', parseNumber)
    .option(
      '--approval <kinds>',
      'what waits for you: plan, merge, "plan,merge" or none; "questions:off" lets agents ask nobody',
    )
    .option(
      '--overlaps <choice>',
      'tasks that will likely touch the same files: flag, or sequence (the later one waits)',
    )
    .option('--like <epic>', 'ask for the same work as this epic, which is planned again')
    .option('-w, --watch', 'watch it until it ends')
    .addHelpText(
      'after',
      `
Examples:
  factory submit --title "Round prices" --description "Prices are shown with two decimals."
  factory submit epic.md --watch
  echo '{"title":"Two steps","tasks":[{"key":"a","title":"First"},{"key":"b","title":"Then","dependsOn":["a"]}]}' \\
    | factory submit - --json
Tasks in JSON take the place of a plan. Options win over what the file says.`,
    );
  return withKey(command, 'one epic').action(action(io, submit));
};

interface Options extends Keyed {
  readonly title?: string;
  readonly description?: string;
  readonly repository?: string;
  readonly base?: string;
  readonly priority?: number;
  readonly budget?: number;
  readonly budgetTokens?: number;
  readonly concurrency?: number;
  readonly approval?: string;
  readonly overlaps?: string;
  readonly like?: string;
  readonly watch?: boolean;
}

async function submit(context: Context, file: string | undefined, options: Options): Promise<number> {
  const { out } = context;
  if (file !== undefined && options.like !== undefined) throw usageFailure('Give a file or --like <epic>, not both.');
  const api = createApi(context);
  const like = options.like === undefined ? {} : await fieldsLike(api, options.like, options);
  const body = { ...like, ...(file === undefined ? {} : readEpicFile(file)), ...fieldsOf(options) };
  if (body.title === undefined) {
    throw usageFailure('Give the epic a title: --title "…", or a file whose first heading is the title.');
  }
  const submitted = await sendOnce({
    key: options.key ?? epicKey(String(body.title), randomKey()),
    what: 'one epic',
    // What a file holds is checked by the API, which names every field that does not fit.
    send: (header) => api.ask(api.client.POST('/epics', { params: { header }, body: body as { title: string } })),
  });
  const { id, created } = submitted;
  const said = `${created ? 'Submitted' : 'Submitted before'}: ${id}`;
  if (options.watch !== true) {
    out.result(submitted, `${said}\nWatch it: bin/factory watch ${id}`);
    return EXIT.ok;
  }
  out.event(submitted);
  out.line(said);
  return exitCodeOf(await watchEpic(api, out, id));
}

/** What an epic asked for. Its tasks were a plan, and its tracker's issue is that epic. */
async function fieldsLike(
  { client, ask }: Api,
  id: string,
  { approval, budget }: Pick<Options, 'approval' | 'budget'>,
): Promise<EpicFields> {
  // As it was written, since it is sent back.
  const epic = await ask(client.GET('/epics/{id}', { params: { path: { id } } }), true);
  if (!('title' in epic)) throw usageFailure(`${startingLine(id)} Watch it: bin/factory watch ${id}`);
  if (epic.approvals === null && (approval === undefined || budget === undefined)) {
    throw usageFailure(
      `Of epic ${id} no settings are recorded, so nobody knows what was to wait for you and what it might cost: submit its file again, or say --approval and --budget (and --budget-tokens).`,
    );
  }
  const { title, description, repository, baseBranch, priority, concurrency, overlaps, approvals, cost } = epic;
  const limits = { budgetUsd: cost.capUsd, budgetTokens: cost.capTokens, concurrency, requireApproval: approvals };
  const fields = { title, description, repository, baseBranch, priority, ...limits, overlaps };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

function readEpicFile(file: string): EpicFields {
  try {
    // 0 is stdin.
    return parseEpicFile(file === '-' ? 'stdin' : file, readFileSync(file === '-' ? 0 : file, 'utf8'));
  } catch (error) {
    if (error instanceof UnreadableEpic) throw usageFailure(error.message);
    throw usageFailure(`${file} cannot be read: ${(error as Error).message}`);
  }
}

function fieldsOf(options: Options): EpicFields {
  const {
    title,
    description,
    repository,
    base: baseBranch,
    priority,
    budget: budgetUsd,
    budgetTokens,
    concurrency,
    overlaps,
  } = options;
  const requireApproval = options.approval
    ?.split(',')
    .map((kind) => kind.trim())
    .filter((kind) => kind !== 'none');
  const limits = { budgetUsd, budgetTokens, concurrency, requireApproval };
  const fields = { title, description, repository, baseBranch, priority, ...limits, overlaps };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
