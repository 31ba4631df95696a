/** `factory respond`, `approve` and `reject`: a person's answer to what waits for one. */
import type { Command } from 'commander';
import { IN_WORDS } from '../../workflows/contract/in-words.ts';
import { defined } from '../../workflows/contract/optional-fields.ts';
import { type Api, createApi, type HumanRequest, personName, readDiff, readEpic } from '../api.ts';
import { action, type Context, createCommand, type Io } from '../command.ts';
import { type Confirmation, confirm, withConfirmation } from '../confirm.ts';
import { CommandFailure, EXIT, usageFailure } from '../exit.ts';
import { printReply } from '../print-reply.ts';
import { diffHead, whatOf } from '../render-diff.ts';

interface Options extends Confirmation {
  readonly answer?: string;
  readonly comment?: string;
  readonly by?: string;
  readonly request?: string;
  readonly head?: string;
}

export const respondCommand = (io: Io): Command =>
  createCommand('respond')
    .argument('<epic>')
    .argument('<request>', "the request's id")
    .argument('<decision>', "one of the request's options; factory requests lists them")
    .option(
      '--answer <text>',
      'the answer to a question; the new cap for a budget, in its unit; for adopt, what the question asks for',
    )
    .option('--comment <text>', 'why; agents read it')
    .option('--head <sha>', 'the commit that the decision is about')
    .option('--by <name>', 'who decides (default: your user name)')
    .action(action(io, respond));

export const answerCommand = (io: Io): Command =>
  createCommand('answer')
    .argument('<epic>')
    .argument('<request>', "the request's id")
    .argument('<words...>', 'an option of the question, or an answer in words')
    .option('--by <name>', 'who answers (default: your user name)')
    .addHelpText('after', '\nExample:\n  factory answer shop-checkout ask-prices.implement.1-4 "Round half up"')
    .action(action(io, answerQuestion));

const verdictCommand = (name: 'approve' | 'reject') => (io: Io) => {
  const command = createCommand(name)
    .argument('<epic>')
    .option('--comment <text>', name === 'reject' ? 'what should be different; agents read it' : 'a remark')
    .option('--request <id>', 'which request, when more than one is open')
    .option('--head <sha>', 'only if this is still the commit that would be merged')
    .option('--by <name>', 'who decides (default: your user name)')
    .addHelpText(
      'after',
      '\nIt is about the commit that is shown when the command runs (see all of it: factory diff <epic>); a push in between is refused.',
    );
  return (name === 'approve' ? withConfirmation(command) : command).action(
    action(io, (context: Context, epicId: string, options: Options) => decide(context, epicId, name, options)),
  );
};

export const approveCommand = verdictCommand('approve');
export const rejectCommand = verdictCommand('reject');

async function respond(context: Context, epicId: string, requestId: string, decision: string, options: Options) {
  const api = createApi(context);
  const headSha = options.head ?? (await knownHead(api, epicId, requestId));
  const head = headSha === undefined ? {} : { headSha };
  return send(context, { api, epicId, decision: { requestId, decision, ...head }, options });
}

/** One of the question's options, however it is spelled, or else an answer in words. */
async function answerQuestion(context: Context, epicId: string, requestId: string, given: string[], options: Options) {
  const api = createApi(context);
  const epic = await readEpic(api, epicId);
  const request = epic?.requests.find((one) => one.requestId === requestId);
  if (request !== undefined && !request.options.includes(IN_WORDS)) {
    const how = `bin/factory respond ${epicId} ${requestId} <${request.options.join('|')}>`;
    throw usageFailure(`"${requestId}" is no question of an agent. Answer it with: ${how}`);
  }
  const words = given.join(' ').trim();
  const option = request?.options.find((one) => one !== IN_WORDS && one.toLowerCase() === words.toLowerCase());
  const said = option === undefined ? { ...options, answer: words } : options;
  return send(context, { api, epicId, decision: { requestId, decision: option ?? IN_WORDS }, options: said });
}

/** The commit that an open request is about: the answer is for that one, and not for what is pushed meanwhile. */
async function knownHead(api: Api, epicId: string, requestId: string): Promise<string | undefined> {
  const epic = await readEpic(api, epicId);
  return epic?.requests.find((request) => request.requestId === requestId)?.headSha ?? undefined;
}

async function decide(context: Context, epicId: string, decision: 'approve' | 'reject', options: Options) {
  const api = createApi(context);
  const request = await openRequest(api, epicId, decision, options.request);
  const { headSha } = request;
  if (options.head !== undefined && headSha === null) {
    throw usageFailure(`${request.requestId} of ${epicId} is about no commit, so leave --head out. Nothing was sent.`);
  }
  if (options.head !== undefined && headSha !== null && !headSha.startsWith(options.head.toLowerCase())) {
    throw staleHead(`The request is now about commit ${headSha}, not ${options.head}; look at it again`);
  }
  await show(context, api, request);
  if (decision === 'approve') {
    const question = request.kind === 'merge' ? 'Merge this?' : 'Approve this?';
    const would = `approve ${request.requestId} of ${epicId}${headSha === null ? '' : ` at commit ${headSha}`}`;
    if (!(await confirm(context, { would, question, options }))) return EXIT.ok;
  }
  const head = headSha === null ? {} : { headSha };
  const answer = { requestId: request.requestId, decision, ...head };
  return send(context, { api, epicId, decision: answer, options });
}

/** What the answer is about. Where the diff cannot be read here, that is said: the commit is known in any case. */
async function show({ out }: Context, api: Api, request: HumanRequest): Promise<void> {
  const { epicId, requestId, question, pullRequest, headSha } = request;
  out.line(question);
  if (headSha === null) return;
  try {
    const diff = await readDiff(api, epicId, { request: requestId });
    if (diff.headSha !== headSha) throw staleHead(`${whatOf(diff)} has just moved to ${diff.headSha}`);
    for (const line of diffHead(diff, out.colors)) out.line(line);
  } catch (error) {
    if (!(error instanceof CommandFailure) || error.exitCode !== EXIT.notFound) throw error;
    out.line(`${pullRequest === null ? 'Not pushed yet' : `Pull request #${pullRequest}`}, commit ${headSha}`);
    out.remark(error.message);
  }
}

const staleHead = (what: string): CommandFailure =>
  new CommandFailure(EXIT.refused, `${what}; look at it again before you answer`, 'StaleHead');

interface Decision {
  readonly requestId: string;
  readonly decision: string;
  readonly headSha?: string;
}

interface Sending {
  readonly api: Api;
  readonly epicId: string;
  readonly decision: Decision;
  readonly options: Options;
}

async function send({ out }: Context, { api, epicId, decision, options }: Sending): Promise<number> {
  const { answer, comment, by } = options;
  const said = defined({ answer, comment });
  const body = { ...decision, ...said, by: personName(by) };
  const reply = await api.ask(api.client.POST('/epics/{id}/respond', { params: { path: { id: epicId } }, body }));
  const isLost = reply.status === 'done' && !reply.changed && !(await stands(api, epicId, decision.requestId, said));
  const exitCode = printReply(out, reply);
  return isLost ? EXIT.refused : exitCode;
}

type Words = Readonly<Partial<Record<'answer' | 'comment', string>>>;

/** Whether the answer that the request already has says all that was said now: another decision is refused, words are not. */
async function stands({ client, ask }: Api, epicId: string, requestId: string, { answer, comment }: Words) {
  if (answer === undefined && comment === undefined) return true;
  const settled = await ask(client.GET('/human-requests', { params: { query: { epicId, state: 'settled' } } }), true);
  const standing = settled.find((one) => one.requestId === requestId)?.answer;
  return standing?.answer === answer && standing?.comment === comment;
}

/** The one open request that can be approved; none, or more than one, is a refusal that names them. */
async function openRequest(api: Api, epicId: string, decision: string, requestId?: string): Promise<HumanRequest> {
  const epic = await readEpic(api, epicId);
  const all = epic?.requests ?? [];
  const fitting = all.filter(
    ({ options, ...one }) => options.includes(decision) && (requestId ?? one.requestId) === one.requestId,
  );
  const [request] = fitting;
  if (request !== undefined && fitting.length === 1) return request;
  if (request === undefined) {
    const others = all.map((one) => `${one.requestId} (${one.kind}: ${one.options.join(', ')})`).join('; ');
    const hint = others === '' ? `It is ${epic?.state ?? 'starting'}.` : `Open are: ${others}.`;
    throw new CommandFailure(EXIT.refused, `Nothing in ${epicId} waits for approval. ${hint}`, 'RequestClosed');
  }
  const ids = fitting.map((one) => one.requestId).join(', ');
  throw new CommandFailure(
    EXIT.refused,
    `More than one request is open; choose with --request: ${ids}`,
    'RequestAmbiguous',
  );
}
