/**
 * Records the histories that the replay tests hold the workflows to: `node test/replay/record.ts`, or beside the others
 * with the argument `talk` only those of agents that talk, and with `lean` only those of steps that go along with others.
 * To be run when a change of the workflows may break running executions on purpose: before the first release any, later
 * none that is not behind `patched`.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { lineWorkflowId } from '../../db/line-id.ts';
import { bundleWorkflows } from '../../worker/bundle.ts';
import { cleanEnvironment, findTemporal } from '../runner/environment.ts';
import { startPostgres } from '../runner/postgres.ts';
import { resetTo } from '../support/reset.ts';
import { answer, submitReview, submitWork, tasks, words } from '../workflows/answers.ts';
import { openStage } from '../workflows/stage.ts';
import { begin, recordFailed, recordLong, recordReset, recordTerminated } from './record-endings.ts';
import { recordLean } from './record-lean.ts';
import { recordTalk } from './record-talk.ts';
import { recordTracker } from './record-tracker.ts';
import { saveHistory } from './save-history.ts';

const folder = join(import.meta.dirname, 'histories');
cleanEnvironment();
process.env.FACTORY_TEMPORAL_CLI = (await findTemporal()).cli;
const postgres = await startPostgres();
process.env.FACTORY_TEST_POSTGRES_URL = postgres.url;
process.env.FACTORY_TEST_BUNDLE = (await bundleWorkflows()).codePath;
const stage = await openStage();
try {
  const part = process.argv[2];
  const saveOn = (name: string, workflowId: string, on: typeof stage) => save(name, workflowId, undefined, on);
  if (part === undefined) await recordMost();
  if (part !== 'lean') await recordTalk(saveOn);
  if (part !== 'talk') await recordLean(saveOn);
} finally {
  await stage.close();
  await postgres.stop();
}

async function recordMost(): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  await runCompleted();
  await runSingle();
  await runCancelled();
  await runRounds();
  await runRewound();
  await stage.client.workflow.execute('reconcileWorkflow', { workflowId: 'reconcile', taskQueue: 'factory' });
  await stage.client.workflow.execute('pollForgeWorkflow', { workflowId: 'poll-forge', taskQueue: 'factory' });
  await save('supervisor', 'supervisor');
  await save('line', lineWorkflowId({ repository: 'example', branch: 'main' }));
  await save('reconcile', 'reconcile');
  await save('poll-forge', 'poll-forge');
  await recordFailed(stage, save);
  await recordTerminated(stage, save);
  await recordReset(stage, save);
  await recordTracker((name, workflowId, on) => save(name, workflowId, undefined, on));
  const long = await openStage({
    suggestContinueAsNewAt: 60,
    settings: { limits: { attempts: 2, rounds: 2, turns: 30 } },
  });
  await recordLong(long, (name, workflowId, runId) => save(name, workflowId, runId, long)).finally(() => long.close());
}

/** Planned, paused, approved and merged. */
async function runCompleted(): Promise<void> {
  const handle = await stage.start('completed', { title: 'Completed', requireApproval: ['plan', 'merge'] });
  await stage.respond('completed', (await stage.asked('completed', 'plan')).requestId, 'approve');
  await stage.update('completed', 'pause', { by: 'me' });
  await stage.update('completed', 'resume', { by: 'me' });
  await stage.asked('completed', 'merge');
  await handle.signal('approve', { by: 'me' });
  await handle.result();
  await save('epic-completed', 'epic-completed');
  await save('agent-plan', 'agent-completed.epic.plan.1');
}

/** One pull request, rejected once. */
async function runSingle(): Promise<void> {
  const input = { title: 'Single', tasks: tasks({ only: [] }), requireApproval: ['merge'] };
  const handle = await stage.start('single', input);
  await stage.asked('single', 'merge');
  await handle.signal('reject', { by: 'me' });
  const { requestId } = await stage.asked('single', 'question');
  await stage.respond('single', requestId, 'change', { answer: 'rename it to till' });
  await stage.asked('single', 'merge');
  await handle.signal('approve', { by: 'me' });
  await handle.result();
  await save('epic-single', 'epic-single');
  await save('task-single', 'epic-single/task-only');
}

/** Cancelled in the middle of a command. */
async function runCancelled(): Promise<void> {
  const handle = await begin(stage, 'cancelled', 'Cancelled');
  await handle.cancel();
  await handle.result().catch(() => undefined);
  await save('epic-cancelled', 'epic-cancelled');
  await save('task-cancelled', 'epic-cancelled/task-a');
  await save('agent-cancelled', 'agent-cancelled.a.implement.1');
}

/** Every kind of setback: an agent that errs and gives up, red checks, a review, a conflict, the budget, a failed task. */
async function runRounds(): Promise<void> {
  stage.play({
    takeTurn: ({ purpose, agentId, turn }) => {
      if (agentId.endsWith('rough.review.1')) return submitReview('request_changes');
      // The second reviewer says what became of the first one's finding.
      if (purpose === 'review') return submitReview('approve', ['1']);
      if (agentId.endsWith('rough.implement.1')) return turn === 2 ? words('refusal') : answer({ name: 'rm_rf' });
      if (agentId.includes('lost')) return words('refusal');
      if (turn === 1) return words('end_turn');
      if (turn > 3 || stage.log.includes('cap 2000000')) return submitWork;
      return { kind: 'budget', neededMicroUsd: 1, spentMicroUsd: 1_000_000, capMicroUsd: 1_000_000 };
    },
    verify: (key, run) => key !== 'rough' || run > 1,
    mergeTarget: (key, run) => (key === 'rough' && run === 1 ? 'conflict' : undefined),
  });
  const handle = await stage.start('rounds', {
    title: 'Rounds',
    tasks: tasks({ rough: [], lost: [], held: ['lost'] }),
  });
  await stage.asked('rounds', 'budget');
  await stage.update('rounds', 'raiseBudget', { capUsd: 2, by: 'me' });
  await stage.asked('rounds', 'failed-task', 'lost');
  await stage.update('rounds', 'cancelTask', { taskKey: 'held', by: 'me' });
  await stage.update('rounds', 'skipTask', { taskKey: 'held', by: 'me' });
  await stage.update('rounds', 'skipTask', { taskKey: 'lost', by: 'me' });
  await handle.result();
  await save('epic-rounds', 'epic-rounds');
  await save('task-rounds', 'epic-rounds/task-rough');
  await save('task-failed', 'epic-rounds/task-lost');
  await save('agent-gave-up', 'agent-rounds.rough.implement.1');
}

/** Taken back while its approval is open, and reset to its newest step before it merges. */
async function runRewound(): Promise<void> {
  stage.play({});
  const input = { title: 'Rewound', tasks: tasks({ back: [] }), requireApproval: ['merge'] };
  await stage.start('rewound', input);
  const first = await stage.asked('rewound', 'merge');
  await stage.update('rewound', 'rewindTask', { taskKey: 'back', turn: 1, by: 'me' });
  await stage.askedAgain('rewound', first);
  await resetTo(stage.client, { workflowId: 'epic-rewound', choose: (completed) => completed.at(-1) });
  await stage.client.workflow.getHandle('epic-rewound').signal('approve', { by: 'me' });
  await stage.client.workflow.getHandle('epic-rewound').result();
  await save('epic-rewound', 'epic-rewound');
  await save('task-rewound', 'epic-rewound/task-back');
}

function save(name: string, workflowId: string, runId?: string, { client } = stage): Promise<void> {
  return saveHistory(client, { workflowId, runId, file: join(folder, `${name}.json`) });
}
