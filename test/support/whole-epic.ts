/** An epic that has one of everything that a page shows; a test says what each text of it is. */
import type { Database } from '../../db/connection.ts';
import { writeCriteria } from '../../db/writes/criteria.ts';
import { appendDecisions } from '../../db/writes/decisions.ts';
import { recordEvidence } from '../../db/writes/evidence.ts';
import { claimHost, reportHost } from '../../db/writes/hosts.ts';
import { storeMail } from '../../db/writes/mail.ts';
import { EpicInput } from '../../workflows/contract/epic.ts';
import { TaskInput } from '../../workflows/contract/plan.ts';
import { RequestKind } from '../../workflows/contract/states.ts';
import { asked } from './asked.ts';
import { recorder } from './recording.ts';
import { agentView, epicView, humanRequest, plannedTask, pullRequest, SHA, taskView } from './views.ts';

/** The text for a place, which the name of the place describes. */
export type Say = (place: string) => string;

export const EPIC = 'shop';
export const TASK = 'shop.first';
export const AGENT = 'shop.first.implement.1';

const AT = '2026-01-01T00:00:00.000Z';

export interface WholeEpic {
  readonly db: Database;
  readonly say: Say;
  /** Of the epic's pull request, which the repository has. */
  readonly headSha: string;
  /** Of the page of the pull request. */
  readonly url?: string;
}

/** Records epic `shop`: a task at work, a failed one, an open question of each kind and an answered one. */
export async function recordWholeEpic({ db, say, headSha, url = 'http://forge/1' }: WholeEpic): Promise<void> {
  const record = recorder(db);
  const request = { url, title: say('pull request'), headSha, head: 'factory/shop/first', base: 'main' };
  const failure = { type: 'VerificationFailed', message: say('failure') };
  const hold = { kind: 'person' as const, reason: say('hold'), since: AT };
  const task = (key: string) => ({
    // As it was recorded, whatever the schema says of new ones.
    ...TaskInput.parse({ key, title: key }),
    ...{ title: say(`title of ${key}`), description: say(`description of ${key}`), acceptance: [say('criterion')] },
  });
  await record.epic(
    epicView(EPIC, 1, {
      input: {
        ...EpicInput.parse({ title: EPIC, repository: 'example' }),
        title: say('title'),
        description: say('description'),
      },
      ...{ hold, pullRequest: pullRequest(1, request) },
      tasks: [
        { ...plannedTask('first', 0), task: task('first') },
        {
          ...{ task: { ...task('second'), dependsOn: ['first'] }, position: 1 },
          status: { state: 'FAILED', phase: say('phase'), failure },
        },
      ],
      requests: [
        ...RequestKind.options.map((kind, index) =>
          humanRequest(`q-${kind}`, {
            ...{ kind, question: say(`question of ${kind}`), askedAt: `2026-01-01T00:00:0${index}.000Z` },
            options: kind === 'budget' ? ['raise', 'cancel'] : ['approve', 'reject', 'cancel'],
            ...(kind === 'failed-task' ? { taskKey: 'second', options: ['retry', 'skip', 'cancel'] } : {}),
            ...(kind === 'merge' ? { pullRequest: 1, headSha } : {}),
          }),
        ),
        humanRequest('answered', {
          ...{ kind: 'question', state: 'answered', closedAt: AT, options: [say('option')] },
          answer: { requestId: 'answered', decision: say('decision'), by: say('name'), comment: say('comment') },
        }),
      ],
    }),
  );
  await record.task(
    taskView(EPIC, 'first', 1, {
      ...{ placement: { host: say('host'), epoch: 1 }, branch: say('branch'), worktree: say('worktree') },
      ...{ hold, phase: say('phase'), pullRequest: pullRequest(2, { ...request, head: say('branch') }) },
      submissions: [{ number: 1, headSha: SHA, treeSha: SHA, state: 'changes-requested' }],
    }),
  );
  await record.agent(agentView(AGENT, 1, { model: say('model'), phase: say('phase'), hold }));
  await recordTranscript(db, say);
  await recordEvidence(db, {
    ...{ epicId: EPIC, taskKey: 'first', commitSha: SHA, treeSha: SHA, policyHash: null, exitCode: 1, clean: true },
    ...{ checkName: say('check'), command: say('command'), output: say('output'), verifiedBy: say('verifier') },
    ...{ startedAt: new Date(AT), finishedAt: new Date(AT) },
  });
  const found = { verdict: 'not_met' as const, how: say('how'), note: say('note'), proof: 'said' as const };
  await writeCriteria(db, { epicId: EPIC, taskKey: 'first', commitSha: SHA, treeSha: SHA, reviewer: AGENT }, [
    { ...found, criterion: 1, text: say('criterion'), exitCode: null, turn: null },
  ]);
  await appendDecisions(
    db,
    ['first', undefined].map((taskKey, index) => ({
      ...{ key: `k${index}`, at: AT, epicId: EPIC, actor: say('actor'), kind: 'decision' as const },
      ...{ decision: say('decision'), reason: say('reason'), ...(taskKey === undefined ? {} : { taskKey }) },
    })),
  );
  await db.transaction().execute((trx) =>
    storeMail(trx, {
      ...{ id: 'mail', epicId: EPIC, kind: 'mail', sender: 'task/first', recipient: 'human', awaitReply: true },
      ...{ subject: say('subject'), body: say('mail') },
    }),
  );
  await reportHost(db, { name: say('host'), capacity: 2, sandbox: say('sandbox') });
  await claimHost(db, {
    host: say('host'),
    holder: `epic-${EPIC}/task-first`,
    afterEpoch: 0,
    asked: asked(),
  });
}

/** A turn with each kind of block: the first call succeeded, the second failed, the third has no result yet. */
async function recordTranscript(db: Database, say: Say): Promise<void> {
  const names = { epic_id: EPIC, task_key: 'first', purpose: 'implement', attempt: 1, opened_by: AGENT };
  await db
    .insertInto('transcripts')
    .values({ id: AGENT, ...names })
    .execute();
  await db
    .insertInto('briefs')
    .values({ transcript: AGENT, turn: 1, kind: 'implement', body: say('brief') })
    .execute();
  const inputs = [
    { command: say('command') },
    { command: 'str_replace', path: say('path'), old_str: say('old text'), new_str: say('new text') },
    { [say('field').slice(0, 80)]: say('value') },
  ];
  const tools = ['bash', 'str_replace_based_edit_tool', say('tool')];
  const content = [
    { type: 'thinking', thinking: say('thinking') },
    { type: 'text', text: say('text') },
    ...inputs.map((input, position) => ({ type: 'tool_use', id: `c${position}`, name: tools[position], input })),
    { type: say('kind of block'), text: say('other block') },
  ];
  await db
    .insertInto('agent_turns')
    .values({
      ...{ transcript: AGENT, turn: 1, model: say('model'), message_id: 'm1', content: JSON.stringify(content) },
      ...{ stop_reason: 'tool_use', usage: '{"input_tokens":1,"output_tokens":2}', cost_microusd: 250_000 },
      ...{ started_at: AT, finished_at: AT, checkpoint: SHA },
    })
    .execute();
  for (const [position, input] of inputs.entries()) {
    const called = { transcript: AGENT, turn: 1, tool_use_id: `c${position}`, position, name: tools[position] ?? '' };
    const result = { output: say('output'), is_error: position === 1, exit_code: position };
    await db
      .insertInto('tool_calls')
      .values({ ...called, input: JSON.stringify(input), ...(position === 2 ? {} : result) })
      .execute();
  }
  await db
    .insertInto('ledger')
    .values({
      ...{ transcript: AGENT, turn: 1, call: 1, epic_id: EPIC, model: say('model'), outcome: 'answered' },
      ...{ reserved_microusd: 500_000, settled_microusd: 250_000, created_at: AT, settled_at: AT },
    })
    .execute();
  await db.insertInto('budgets').values({ epic_id: EPIC, cap_microusd: 3_000_000 }).execute();
}
