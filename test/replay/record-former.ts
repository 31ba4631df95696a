/**
 * Records executions as earlier code led them, where today's would act otherwise and a pin (`patched`) tells the two
 * apart: `node test/replay/record-former.ts PIN BUNDLE`, with the script that `node worker/bundle.ts` makes in a checkout
 * of the commit before the pinned change. They stay as they are for as long as the pin does.
 */
import { join } from 'node:path';
import type { Context } from '@temporalio/activity';
import type { ActivityInterceptors } from '@temporalio/worker';
import { cleanEnvironment, findTemporal } from '../runner/environment.ts';
import { startPostgres } from '../runner/postgres.ts';
import { waitFor } from '../support/wait-for.ts';
import { submitWork, tasks } from '../workflows/answers.ts';
import { openStage } from '../workflows/stage.ts';
import { saveHistory } from './save-history.ts';

type Stage = Awaited<ReturnType<typeof openStage>>;

const RECORDINGS: Readonly<Record<string, () => Promise<void>>> = {
  'held-merge': recordHeldMerge,
};
const [pin = '', bundle] = process.argv.slice(2);
const record = RECORDINGS[pin];
if (record === undefined || bundle === undefined) throw new Error('Name a pin and the script of the earlier workflows');
cleanEnvironment();
process.env.FACTORY_TEMPORAL_CLI = (await findTemporal()).cli;
const postgres = await startPostgres();
Object.assign(process.env, { FACTORY_TEST_POSTGRES_URL: postgres.url, FACTORY_TEST_BUNDLE: bundle });
const patiently = { timeoutMs: 60_000, intervalMs: 100 };
try {
  await record();
} finally {
  await postgres.stop();
}

/** `held-merge`: a pause that came during the last look before the merge did not hold the merge. */
async function recordHeldMerge(): Promise<void> {
  const stage = await openStage({ interceptors: { activity: [withBase] } });
  const [looking, seen] = [Promise.withResolvers<void>(), Promise.withResolvers<undefined>()];
  stage.play({
    takeTurn: ({ purpose }) => (purpose === 'implement' ? submitWork : undefined),
    readPullRequest: () => {
      looking.resolve();
      return seen.promise;
    },
  });
  await stage.start('held', { title: 'Held', tasks: tasks({ held: [] }), requireApproval: [] });
  await looking.promise;
  await stage.update('held', 'pause', { by: 'me' });
  const isPaused = async () => {
    const { events } = await stage.client.workflow.getHandle('epic-held/task-held').fetchHistory();
    const isPause = (event: NonNullable<typeof events>[number]) =>
      event.workflowExecutionSignaledEventAttributes?.signalName === 'pause';
    const at = events?.findIndex(isPause) ?? -1;
    return at >= 0 && events?.slice(at).some((event) => event.workflowTaskCompletedEventAttributes);
  };
  await waitFor(isPaused, patiently);
  seen.resolve(undefined);
  await waitFor(() => stage.log.some((line) => line.startsWith('merge factory/held/')), patiently);
  await save(stage, 'epic-held/task-held');
}

/** The workflows of that time did not name the base, which the stand-in for the forge asks for. */
function withBase({ info }: Context): ActivityInterceptors {
  const named = (args: unknown[]) =>
    info.activityType === 'mergePullRequest' ? [{ base: 'main', ...Object(args[0]) }] : args;
  return { inbound: { execute: (input, next) => next({ ...input, args: named(input.args) }) } };
}

async function save(stage: Stage, workflowId: string): Promise<void> {
  await saveHistory(stage.client, { workflowId }, join(import.meta.dirname, 'former', `${pin}.json`));
  await stage.close({ isReplayed: true });
}
