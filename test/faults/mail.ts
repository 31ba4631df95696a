/** Two hundred mails among three Workers, the Orchestrator and a person while the worker process is killed ten times. */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Scenario } from '../../local/model/scenario.ts';
import { waitFor } from '../support/wait-for.ts';
import { type Lane, openLane } from './lane.ts';
import { createRandom, type Random } from './random.ts';

export interface MailOptions {
  readonly bundle: string;
  readonly seed: number;
  readonly signal: AbortSignal;
}

const EPIC = 'mails';
const TITLE = 'Write to each other';
const KEYS = ['a', 'b', 'c'];
const TURNS = 10;
const KILLS = 10;
const LEAST_MAILS = 200;
/** In which a person writes to each Worker: enough for so many mails, however often the Orchestrator answers. */
const OWN_ROUNDS = 17;
/** Of a model call, so that a kill meets some. */
const MODEL_DELAY_MS = 1_000;
const AT_MOST_MS = 900_000;

const mail = (to: string, body: string) => ({
  tool: 'send_mail' as const,
  input: { to, subject: 'News', body },
});

/** Each Worker writes to all others in each of ten turns, as often as it may, and ends when a person has answered. */
function scenario(): Scenario {
  const turnsOf = (key: string) =>
    Array.from({ length: TURNS }, (_, turn) => ({
      tools: [...KEYS.filter((other) => other !== key).map((other) => `task/${other}`), 'orchestrator', 'human'].map(
        (to) => mail(to, `${key} to ${to}, turn ${turn + 1}`),
      ),
    }));
  const work = (key: string) => ({
    implement: [
      [
        ...turnsOf(key),
        { tools: [{ tool: 'ask_human' as const, input: { question: 'May I end?', why: 'More mail may come.' } }] },
        { tools: [{ tool: 'bash' as const, input: { command: `mkdir -p notes; echo ${key} > notes/${key}` } }] },
        { tools: [{ tool: 'submit_work' as const, input: { summary: 'Done.', commitMessage: `Do ${key}` } }] },
      ],
    ],
  });
  return Scenario.parse({ epics: [{ title: TITLE, tasks: Object.fromEntries(KEYS.map((key) => [key, work(key)])) }] });
}

/** True when each mail was told once, in order, and to nobody else. */
export async function runMail({ bundle, seed, signal }: MailOptions): Promise<boolean> {
  const variables = { HOST_CAPACITY: '6' };
  const lane = await openLane({ bundle, scenario, modelDelayMs: MODEL_DELAY_MS, variables });
  try {
    const random = createRandom(seed);
    const tasks = KEYS.map((key) => ({ key, title: `Do ${key}`, description: '', acceptance: [], dependsOn: [] }));
    const body = { title: TITLE, tasks, requireApproval: [] };
    await lane.api.POST('/epics', { body, headers: { 'idempotency-key': EPIC } } as never);
    const stopped = once(signal, 'abort').then(() => Promise.reject(new Error('Stopped by hand.')));
    const kills = await Promise.race([untilOver(lane, random, signal), stopped]);
    const { mails, problems } = await check(lane);
    console.log(`${mails} mails, ${kills} kills of the worker process, ${problems.length} problems`);
    for (const problem of problems) console.log(`✖ ${problem}`);
    return problems.length === 0 && kills === KILLS && mails >= LEAST_MAILS;
  } finally {
    await lane.end();
  }
}

/** Kills and writes until the epic is over; resolves with the number of kills. */
async function untilOver(lane: Lane, random: Random, signal: AbortSignal): Promise<number> {
  const [kills] = await Promise.all([killOften(lane, random, signal), beThePerson(lane, random)]);
  const isOver = async () => (await stateOf(lane)) === 'COMPLETED';
  await waitFor(isOver, { timeoutMs: AT_MOST_MS, intervalMs: 500, what: 'the end of the epic' });
  return kills;
}

const stateOf = async ({ db }: Lane): Promise<string | undefined> =>
  (await db.selectFrom('epics').select('state').where('id', '=', EPIC).executeTakeFirst())?.state;

async function killOften(lane: Lane, random: Random, signal: AbortSignal): Promise<number> {
  let kills = 0;
  while (kills < KILLS && !signal.aborted) {
    await sleep(4_000 + random() * 4_000, undefined, { signal }).catch(() => undefined);
    lane.worker.kill();
    kills += 1;
    console.log(`kill ${kills}`);
  }
  return kills;
}

/** Answers every mail, writes to each Worker besides, and lets them end once each has asked whether it may. */
async function beThePerson(lane: Lane, random: Random): Promise<void> {
  const has = async (key: string) =>
    (await lane.db.selectFrom('tasks').select('key').where('epic_id', '=', EPIC).where('key', '=', key).execute())
      .length > 0;
  await waitFor(async () => (await Promise.all(KEYS.map(has))).every(Boolean), { timeoutMs: AT_MOST_MS });
  let answered = 0;
  for (let round = 1; answered < KEYS.length * TURNS || round <= OWN_ROUNDS; round += 1) {
    if (round <= OWN_ROUNDS) {
      for (const key of KEYS) await write(lane, `task/${key}`, `a person to ${key}, round ${round}`);
    }
    for (const { number, body } of await inbox(lane)) {
      await reply(lane, number, `answer to ${body}`);
      answered += 1;
    }
    await sleep(500 + random() * 1_000);
  }
  for (const requestId of await waitFor(() => allQuestions(lane), { timeoutMs: AT_MOST_MS, intervalMs: 500 })) {
    const answer = { requestId, decision: 'answer', answer: 'Yes.', by: 'ann' };
    const { error } = await lane.api.POST('/epics/{id}/respond', { params: { path: { id: EPIC } }, body: answer });
    if (error !== undefined) throw new Error(`Not answered: ${JSON.stringify(error)}`);
  }
}

/** Once each Worker has asked. */
async function allQuestions({ db }: Lane): Promise<string[] | false> {
  const rows = await db
    .selectFrom('human_requests')
    .select('request_id')
    .where('epic_id', '=', EPIC)
    .where('state', '=', 'open')
    .execute();
  return rows.length === KEYS.length && rows.map((row) => row.request_id);
}

async function inbox({ api }: Lane) {
  const { data } = await api.GET('/mail', { params: { query: { epicId: EPIC, limit: 500 } } });
  return (data?.mails ?? []).toReversed();
}

async function write({ api }: Lane, to: string, body: string): Promise<void> {
  const call = { params: { path: { id: EPIC } }, body: { to, subject: 'News', body, by: 'ann' } };
  const { error } = await api.POST('/epics/{id}/mail', call);
  if (error !== undefined) throw new Error(`Not sent: ${JSON.stringify(error)}`);
}

async function reply({ api }: Lane, number: number, body: string): Promise<void> {
  const { error } = await api.POST('/mail/{number}/reply', { params: { path: { number } }, body: { body, by: 'ann' } });
  if (error !== undefined) throw new Error(`Not answered: ${JSON.stringify(error)}`);
}

/** What was told, as the models were asked, against what was sent. */
async function check({ db }: Lane): Promise<{ mails: number; problems: string[] }> {
  const mails = await db.selectFrom('mail').selectAll().where('epic_id', '=', EPIC).orderBy('number').execute();
  const briefs = await db
    .selectFrom('briefs')
    .innerJoin('transcripts', 'transcripts.id', 'briefs.transcript')
    .select(['transcript', 'turn', 'body', 'purpose', 'task_key'])
    .where('epic_id', '=', EPIC)
    .where('kind', '=', 'mail')
    .orderBy('turn')
    .execute();
  const problems: string[] = [];
  const told = new Map<string, string[]>();
  for (const { purpose, task_key, body } of briefs) {
    const reader = purpose === 'correspond' ? 'orchestrator' : `task/${task_key}`;
    const bodies = [...body.matchAll(/<mail>\nSubject: .*\n\n([\s\S]*?)\n<\/mail>/g)].map(([, text = '']) => text);
    told.set(reader, [...(told.get(reader) ?? []), ...bodies]);
  }
  for (const reader of [...KEYS.map((key) => `task/${key}`), 'orchestrator']) {
    const sent = mails.filter(({ recipient }) => recipient === reader).map(({ body }) => body);
    const heard = told.get(reader) ?? [];
    if (JSON.stringify(heard) === JSON.stringify(sent)) continue;
    const lost = sent.filter((body) => !heard.includes(body));
    const twice = heard.filter((body, index) => heard.indexOf(body) !== index);
    problems.push(`${reader}: lost ${lost.join('; ')}, twice ${twice.join('; ')}, or in another order`);
  }
  const ids = new Set(mails.map(({ sender, recipient, body }) => `${sender} ${recipient} ${body}`));
  if (ids.size !== mails.length) problems.push('a mail is stored twice');
  const { open } = await db
    .selectFrom('tool_calls')
    .innerJoin('transcripts', 'transcripts.id', 'tool_calls.transcript')
    .select((row) => row.fn.countAll<number>().as('open'))
    .where('epic_id', '=', EPIC)
    .where('name', '=', 'send_mail')
    .where('output', 'is', null)
    .executeTakeFirstOrThrow();
  if (Number(open) > 0) problems.push(`${open} calls have no answer`);
  return { mails: mails.length, problems };
}
