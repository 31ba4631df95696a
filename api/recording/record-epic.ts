/** Makes the recording of an epic from its rows, without secrets, people or folders. */

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Database } from '../../db/connection.ts';
import { listRecordedAgents, readPins, readRecordedAgent, readRecordedEpic } from '../../db/reads/recording.ts';
import { mapTexts } from '../../workflows/contract/map-texts.ts';
import { defined } from '../../workflows/contract/optional-fields.ts';
import {
  type AskedBlock,
  RECORDING_FORMAT,
  type RecordedAgent,
  RecordedPlan,
  type RecordedTurn,
  type Recording,
} from '../../workflows/contract/recording.ts';
import type { Purpose } from '../../workflows/contract/states.ts';
import { createFolderMarks } from './hide-folders.ts';
import { type BuildMessages, recordTurns } from './recorded-agent.ts';
import { withoutPeople } from './without-people.ts';

export interface RecordingDependencies {
  readonly db: Database;
  /** Takes secrets out of a value as JSON. */
  readonly clean: (text: string) => string;
  readonly version: string;
  readonly buildMessages: BuildMessages;
}

type Rows = NonNullable<Awaited<ReturnType<typeof readRecordedEpic>>>;

/** What people send that changes what is done, other than answers: no replay repeats it. */
const ACTS: ReadonlySet<string> = new Set([
  'addTask',
  'revisePlan',
  'retryTask',
  'skipTask',
  'cancelTask',
  'rewindTask',
  'interrupt',
  'interruptTask',
  'word',
  'mail',
]);

/** Undefined when nobody knows the epic, or nothing was settled for it yet. */
export async function recordEpic(
  { db, clean, version, buildMessages }: RecordingDependencies,
  epicId: string,
): Promise<Recording | undefined> {
  const rows = await readRecordedEpic(db, epicId);
  const settings = rows?.epic.settings;
  if (rows === undefined || settings === null || settings === undefined) return undefined;
  const { epic } = rows;
  const since = epic.started_at;
  const act = [...rows.messages, ...rows.mails]
    .toSorted((one, other) => one.sent_at.getTime() - other.sent_at.getTime())
    .find(({ name }) => ACTS.has(name));
  const agents: RecordedAgent[] = [];
  for (const { id, task_key, purpose, attempt, compacted_before_turn } of await listRecordedAgents(db, epicId)) {
    const agent = { ...(await readRecordedAgent(db, id)), compactedBeforeTurn: compacted_before_turn };
    const turns = recordTurns(agent, { buildMessages, since, until: act?.sent_at });
    if (turns.length > 0) agents.push({ id, taskKey: task_key, purpose: purpose as Purpose, attempt, turns });
    // Others are served in between.
    await nextTurn();
  }
  const isPlanned = agents.some(({ purpose }) => purpose === 'plan');
  const pins = new Map(
    (
      await readPins(
        db,
        Object.values(settings.agents).map(({ promptHash }) => promptHash),
      )
    ).map(({ hash, content }) => [hash, content] as const),
  );
  const prompts = Object.entries(settings.agents).flatMap(([purpose, { model, maxTokens, promptHash }]) => {
    const pin = pins.get(promptHash);
    return pin === undefined ? [] : [[purpose, { model, maxTokens, ...JSON.parse(pin) }] as const];
  });
  const raw: Omit<Recording, 'replaced'> = {
    format: RECORDING_FORMAT,
    recordedAt: new Date().toISOString(),
    factory: version,
    epic: {
      id: epicId,
      title: epic.title,
      description: epic.description,
      state: epic.state,
      tasks: isPlanned || rows.tasks.length === 0 ? null : rows.tasks.map(asTask),
      repository: settings.repository,
      baseBranch: settings.baseBranch,
      baseSha: settings.baseSha ?? null,
      approvals: settings.approvals,
      concurrency: settings.concurrency,
      limits: settings.limits,
      ...defined({ overlaps: settings.overlaps }),
      budgetUsd: highestCap(rows, settings.budgetMicroUsd / 1_000_000, act?.sent_at),
      mergedTree: act === undefined ? (rows.mergedTree ?? null) : null,
    },
    merges: rows.tasks.flatMap(({ key, state, closed_at }) =>
      state === 'COMPLETED' && closed_at !== null && (act === undefined || closed_at < act.sent_at)
        ? [{ taskKey: key, mergedMs: closed_at.getTime() - since.getTime() }]
        : [],
    ),
    answers: answersOf(rows, since, act?.sent_at),
    prompts: Object.fromEntries(prompts),
    agents,
    cutAt:
      act === undefined
        ? null
        : { message: act.name, taskKey: act.input.taskKey ?? null, atMs: act.sent_at.getTime() - since.getTime() },
  };
  const briefs = agents.flatMap(({ turns }) => turns.flatMap((turn) => askedOf(turn).flatMap(briefText)));
  const mark = createFolderMarks({ epicId, tasks: rows.tasks, briefs });
  const tidy = <Value>(value: Value): Value => JSON.parse(clean(JSON.stringify(mapTexts(value, mark)))) as Value;
  const { agents: found, ...rest } = raw;
  const tidied: RecordedAgent[] = [];
  for (const agent of found) {
    tidied.push(tidy(agent));
    await nextTurn();
  }
  return withoutPeople({ ...tidy(rest), agents: tidied });
}

const askedOf = ({ asked, conversation = [] }: RecordedTurn): AskedBlock[] => [
  ...asked,
  ...conversation.flatMap(({ role, content }) => (role === 'user' ? content : [])),
];

const briefText = (block: AskedBlock): string[] => (block.type === 'text' ? [block.text] : []);

const asTask = ({ key, title, description, acceptance, depends_on, files }: Rows['tasks'][number]) => ({
  key,
  title,
  description,
  acceptance,
  dependsOn: depends_on,
  ...(files.length === 0 ? {} : { files }),
});

function answersOf({ requests, messages }: Rows, since: Date, until: Date | undefined): Recording['answers'] {
  /** An answer in the database is without the plan that it was given with. */
  const planGiven = (requestId: string, decision: string) =>
    messages.find(
      ({ name, input }) => name === 'respond' && input.requestId === requestId && input.decision === decision,
    )?.input.plan;
  return requests.flatMap(({ request_id, kind, task_key: taskKey, question, answer, closed_at }) => {
    if (answer === null || closed_at === null || (until !== undefined && closed_at > until)) return [];
    // The budget is the raised one from the start, so nobody asks for it.
    if (kind === 'budget' && answer.decision === 'raise') return [];
    const { decision, by, comment = null, answer: words = null } = answer;
    const answeredMs = closed_at.getTime() - since.getTime();
    const given = planGiven(request_id, decision);
    const plan = given === undefined ? undefined : RecordedPlan.parse(given);
    const recorded = { kind: kind as never, taskKey, question, decision, answer: words, comment, by, answeredMs };
    return [{ ...recorded, ...defined({ plan }) }];
  });
}

/** The most that the epic was allowed to spend, however it was raised: no replay raises it again. */
function highestCap({ requests, messages }: Rows, firstUsd: number, until: Date | undefined): number {
  const isBefore = (at: Date | null) => until === undefined || (at !== null && at <= until);
  const raised = [
    ...messages
      .filter(({ name, sent_at, input }) => name === 'raiseBudget' && input.taskKey === undefined && isBefore(sent_at))
      .map(({ input }) => input.capUsd),
    ...requests
      .filter(
        ({ answer, closed_at, ...about }) => isAboutCap(about) && answer?.decision === 'raise' && isBefore(closed_at),
      )
      .map(({ answer }) => Number(answer?.answer)),
  ];
  return Math.max(firstUsd, ...raised.filter((cap): cap is number => Number.isFinite(cap)));
}

/** Asks for more dollars for the epic; a replay has no other cap. */
const isAboutCap = ({
  kind,
  task_key,
  budget_unit,
}: Pick<Rows['requests'][number], 'kind' | 'task_key' | 'budget_unit'>) =>
  kind === 'budget' && task_key === null && budget_unit !== 'tokens';
