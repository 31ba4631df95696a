/** `factory inbox` and `factory mail`: what agents write to people, and what people write to agents. */

import type { Command } from 'commander';
import type { Answer } from '../../api/client/index.ts';
import { defined } from '../../workflows/contract/optional-fields.ts';
import { createApi, personName } from '../api.ts';
import { action, type Context, createCommand, createSubcommand, type Io } from '../command.ts';
import { EXIT } from '../exit.ts';
import { table } from '../output.ts';
import { parseNumber } from '../parse-number.ts';
import { printReply } from '../print-reply.ts';
import { type Keyed, randomKey, sendOnce, withKey } from '../send-once.ts';

type Mail = Answer<'Mail'>;

/** What two mails with the same key are together. */
const ONE = 'one mail';

interface Writing extends Keyed {
  readonly by?: string;
}

const BY = ['--by <name>', 'who writes (default: your user name)'] as const;

export const inboxCommand = (io: Io): Command =>
  createCommand('inbox')
    .option('--epic <id>', 'only of this epic')
    .option('--all', 'also what was read, and what agents wrote to each other')
    .option('--before <number>', 'the next page: before this mail', parseNumber)
    .action(action(io, inbox));

export const mailCommand = (io: Io): Command => {
  const show = createSubcommand('show', 'Show a mail, with what it answers and its answers')
    .argument('<number>', 'factory inbox lists them', parseNumber)
    .action(action(io, showMail));
  const reply = withKey(createSubcommand('reply', 'Answer a mail; the agent reads it with its next turn'), ONE)
    .argument('<number>', 'factory inbox lists them', parseNumber)
    .argument('<words>')
    .option(...BY)
    .action(action(io, replyTo));
  const send = withKey(
    createSubcommand('send', 'Write to an agent, which takes it as information; for orders see factory tell'),
    ONE,
  )
    .argument('<epic>')
    .argument('<to>', 'task/<key> or orchestrator')
    .argument('<subject>')
    .argument('<words>')
    .option(...BY)
    .action(
      action(io, (context: Context, epicId: string, to: string, subject: string, body: string, how: Writing) =>
        sendMail(context, { epicId, to, subject, body, ...how }),
      ),
    );
  const done = createSubcommand('done', 'Take a mail out of the inbox')
    .argument('<number>', 'factory inbox lists them', parseNumber)
    .option(...BY)
    .action(action(io, markDone));
  return createCommand('mail').addCommand(show).addCommand(reply).addCommand(send).addCommand(done);
};

/** Mails that are shown at once. */
const PAGE = 100;

interface InboxOptions {
  readonly epic?: string | undefined;
  readonly all?: boolean | undefined;
  readonly before?: number;
}

async function inbox(context: Context, { epic, all, before }: InboxOptions): Promise<number> {
  const { out } = context;
  const { client, ask } = createApi(context);
  const query = {
    ...defined({ epicId: epic }),
    ...(all === true ? { box: 'all' as const } : {}),
    ...defined({ before }),
    limit: PAGE,
  };
  const page = await ask(client.GET('/mail', { params: { query } }));
  out.result(page, () => {
    if (page.mails.length === 0) return all === true ? 'There is no mail.' : 'No mail waits for you.';
    const rows = page.mails.map((mail) => [
      String(mail.number),
      mail.sentAt.slice(0, 16).replace('T', ' '),
      ...[mail.epicId, nameOf(mail), mail.to, stateOf(mail)],
      mail.kind === 'word' ? mail.body : mail.subject,
    ]);
    const head = ['MAIL', 'SENT (UTC)', 'EPIC', 'FROM', 'TO', '', 'SUBJECT'];
    const more = page.mails.length < PAGE ? '' : `\n${moreLine(page.mails.at(-1), { epic, all })}`;
    return `${table([head, ...rows])}${more}\n\nfactory mail show <number> shows one, factory mail reply <number> "…" answers it.`;
  });
  return EXIT.ok;
}

function moreLine(last: Mail | undefined, { epic, all }: InboxOptions): string {
  const same = `${epic === undefined ? '' : ` --epic ${epic}`}${all === true ? ' --all' : ''}`;
  return `There may be more: bin/factory inbox${same} --before ${last?.number}`;
}

async function showMail(context: Context, number: number): Promise<number> {
  const { client, ask } = createApi(context);
  const thread = await ask(client.GET('/mail/{number}', { params: { path: { number } } }));
  const mails = [...(thread.asked === null ? [] : [thread.asked]), thread.mail, ...thread.answers];
  context.out.result(thread, () => mails.map(whole).join('\n\n'));
  return EXIT.ok;
}

async function replyTo(context: Context, number: number, body: string, { by, key = randomKey() }: Writing) {
  const { client, ask } = createApi(context);
  const mail = { body, by: personName(by) };
  const send = (header: { readonly 'idempotency-key': string }) =>
    ask(client.POST('/mail/{number}/reply', { params: { path: { number }, header }, body: mail }));
  return printReply(context.out, await sendOnce({ key, what: ONE, send }));
}

interface Mailing extends Writing {
  readonly epicId: string;
  readonly to: string;
  readonly subject: string;
  readonly body: string;
}

async function sendMail(context: Context, { epicId, to, subject, body, by, key = randomKey() }: Mailing) {
  const { client, ask } = createApi(context);
  const mail = { to, subject, body, by: personName(by) };
  const send = (header: { readonly 'idempotency-key': string }) =>
    ask(client.POST('/epics/{id}/mail', { params: { path: { id: epicId }, header }, body: mail }));
  return printReply(context.out, await sendOnce({ key, what: ONE, send }));
}

async function markDone(context: Context, number: number, { by }: { readonly by?: string }): Promise<number> {
  const { client, ask } = createApi(context);
  const call = { params: { path: { number } }, body: { by: personName(by) } };
  return printReply(context.out, await ask(client.POST('/mail/{number}/done', call)));
}

const nameOf = ({ from, by }: Mail): string => (from === 'human' ? (by ?? 'a person') : from);

function stateOf({ awaitsReply, doneAt, times, lapsedAt, readBy, to }: Mail): string {
  const isForPeople = to === 'human' || to === 'supervisor';
  return [
    ...(awaitsReply && isForPeople && doneAt === null ? ['waits for an answer'] : []),
    ...(times > 1 ? [`${times} times`] : []),
    ...(lapsedAt === null ? [] : ['reached nobody']),
    ...(isForPeople || readBy !== null || lapsedAt !== null ? [] : ['not read yet']),
  ].join(', ');
}

function whole(mail: Mail): string {
  const { number, epicId, to, subject, body, sentAt, readBy } = mail;
  const read = readBy === null ? '' : `, read in turn ${readBy.turn} of ${readBy.agentId}`;
  const about = stateOf(mail);
  return [
    `${mail.kind === 'word' ? 'Word' : 'Mail'} ${number} of ${epicId}: ${nameOf(mail)} to ${to}, ${sentAt}${read}`,
    ...(about === '' ? [] : [about]),
    ...(subject === '' ? [] : [subject]),
    '',
    body,
  ].join('\n');
}
