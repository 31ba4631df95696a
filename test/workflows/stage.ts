/**
 * A stage for workflow tests: a real Temporal server, real records, places and supervision on a database of its own,
 * and stand-ins for the outside. Closing it replays every history that ran on it.
 */
import { Worker, type WorkerOptions, type WorkflowBundleOption } from '@temporalio/worker';
import { createCriteriaActivities } from '../../activities/criteria/activities.ts';
import type { MergePullRequestInput } from '../../activities/forge/activities.ts';
import { createHearPeople } from '../../activities/mail/hear-people.ts';
import { createMailActivities } from '../../activities/mail/send-mail.ts';
import { createLineActivities } from '../../activities/merge-line.ts';
import { createRecordActivities } from '../../activities/records.ts';
import { type ClaimHostInput, createClaimActivities, createSlotActivities } from '../../activities/slots.ts';
import { createSupervisionActivities } from '../../activities/supervision.ts';
import { createTrackerActivities } from '../../activities/tracker/activities.ts';
import type { Config } from '../../config/config.ts';
import { releasePlacement, reportHost } from '../../db/writes/hosts.ts';
import { boundRetries } from '../../worker/bounded-retries.ts';
import { holdWhilePaused } from '../../worker/hold-while-paused.ts';
import { writeCarriedRecords } from '../../worker/write-carried-records.ts';
import { epicWorkflowId } from '../../workflows/contract/ids.ts';
import type { LeaveHostInput, LeaveHostResult } from '../../workflows/contract/placement.ts';
import type { EpicView, HumanRequestView } from '../../workflows/contract/records.ts';
import type { EpicSettings } from '../../workflows/contract/settings.ts';
import { epicStartOptions } from '../../workflows/contract/start-options.ts';
import type { Escalate } from '../../workflows/contract/supervisor.ts';
import { askStatus } from '../support/ask-status.ts';
import { createDatabase } from '../support/database.ts';
import { required } from '../support/environment.ts';
import { reportOnFailure } from '../support/execution-report.ts';
import { startTemporal, type TemporalOptions } from '../support/temporal.ts';
import { waitFor } from '../support/wait-for.ts';
import { keyOf } from './names.ts';
import type { Script } from './script.ts';
import { createStandIns } from './stand-ins.ts';

export interface StageOptions extends TemporalOptions {
  readonly settings?: Partial<EpicSettings>;
  readonly epicsAtOnce?: number;
  readonly hostCapacity?: number;
  /** A second host, which takes what the script gives it. */
  readonly otherHost?: string;
  /** How long what nobody knows is tried again. */
  readonly unknownForMs?: number;
  /** The real tracker activities, on this account. */
  readonly linear?: Config['linear'];
  /** Activities run here, workflows in processes of the test's own, which it may kill. */
  readonly workflowsElsewhere?: boolean;
  /** Around every activity. */
  readonly interceptors?: WorkerOptions['interceptors'];
}

export async function openStage(options: StageOptions = {}) {
  const [temporal, database] = await Promise.all([startTemporal(options), createDatabase()]);
  const workflowBundle = { codePath: required('FACTORY_TEST_BUNDLE') };
  const { db } = database;
  const hostNames = ['stage', ...(options.otherHost === undefined ? [] : [options.otherHost])];
  for (const name of hostNames) await reportHost(db, { name, capacity: options.hostCapacity ?? 50 });
  let script: Script = {};
  const started: string[] = [];
  reportOnFailure(temporal.client, options.skipsTime === true ? () => started : undefined);
  const standIns = createStandIns(() => script, options.settings ?? {});
  const supervision = createSupervisionActivities({
    db,
    temporal: temporal.client,
    epicsAtOnce: options.epicsAtOnce ?? 10,
    closeAbandoned: async () => 0,
    sweep: async () => 0,
  });
  const line = createLineActivities({ temporal: temporal.client });
  const factory = {
    ...createRecordActivities({ db }),
    ...supervision,
    // The server that skips time keeps no list; nothing is open when a supervisor starts there.
    ...(options.skipsTime === true ? { listOpenEpics: async () => ({ admitted: [], limit: 10 }) } : {}),
    escalate: async (message: Escalate) => (script.isEscalationLost ? undefined : supervision.escalate(message)),
    requestCancel: async (wish: Parameters<typeof supervision.requestCancel>[0]) =>
      script.isCancellationLost ? undefined : supervision.requestCancel(wish),
    ...line,
    ...createMailActivities({ db, temporal: temporal.client, hasTracker: options.linear !== undefined }),
    ...createHearPeople({ db, temporal: temporal.client }),
    ...createSlotActivities({ db }),
    pollForge: async () => ({ told: 0 }),
    ...createTrackerActivities({
      db,
      temporal: temporal.client,
      config: { linear: options.linear, repositories: { example: { path: '/example' } } },
    }),
    ...createCriteriaActivities({ db }),
    ...standIns.factory,
    async mergePullRequest({ leave, ...merge }: MergePullRequestInput) {
      const merged = await standIns.factory.mergePullRequest(merge);
      if (leave !== undefined) await line.leaveTurn(leave);
      return { ...merged, hasLeft: leave !== undefined };
    },
  };

  const host = {
    ...standIns.host,
    /** The slot is a real one. */
    async leaveHost({ holder, placement, detached }: LeaveHostInput): Promise<LeaveHostResult> {
      if (detached !== undefined) standIns.log.push(`leave with ${detached.name}`);
      const left = { released: true, ...script.leaveHost?.() };
      if (left.released) await releasePlacement(db, { holder, ...placement });
      return left;
    },
  };

  const claimHost = (wanted: ClaimHostInput) => {
    const claim = () => createClaimActivities({ db, host: script.host ?? 'stage' }).claimHost(wanted);
    return script.claimHost?.(wanted.holder, claim) ?? claim();
  };

  const common = {
    ...{ connection: temporal.connection, namespace: temporal.namespace, shutdownGraceTime: 0 },
    interceptors: {
      ...options.interceptors,
      activity: [
        boundRetries({ unknownForMs: options.unknownForMs ?? 300_000 }),
        writeCarriedRecords(db),
        holdWhilePaused(db),
        ...(options.interceptors?.activity ?? []),
      ],
    },
  };
  const heartbeats = { maxHeartbeatThrottleInterval: 200, defaultHeartbeatThrottleInterval: 200 } as const;
  const createFactoryWorker = (code: WorkflowBundleOption | undefined) => {
    const workflows =
      code === undefined ? {} : { workflowBundle: code, stickyQueueScheduleToStartTimeout: '1 second' as const };
    return Worker.create({ ...common, ...workflows, taskQueue: 'factory', activities: factory });
  };
  const workers = await Promise.all([
    createFactoryWorker(options.workflowsElsewhere === true ? undefined : workflowBundle),
    Worker.create({ ...common, ...heartbeats, taskQueue: 'model', activities: standIns.model }),
    Worker.create({ ...common, taskQueue: 'hosts', activities: { claimHost } }),
    ...hostNames.map((name) =>
      Worker.create({ ...common, ...heartbeats, taskQueue: `host-${name}`, activities: host }),
    ),
  ]);
  const run = (worker: Worker) => {
    const ended = worker.run();
    // A failed worker is seen in close(); until then nobody listens.
    ended.catch(() => undefined);
    return { worker, ended };
  };
  const running = workers.map(run);

  const { workflow } = temporal.client;
  const handle = (id: string) => workflow.getHandle(epicWorkflowId(id));
  const status = (id: string): Promise<EpicView> => askStatus(handle(id));
  const recorded = (id: string) =>
    db.selectFrom('epics').select(['generation', 'version']).where('id', '=', id).executeTakeFirst();
  const until = (id: string, fits: (view: EpicView) => unknown, what?: string): Promise<EpicView> => {
    let looks = 0;
    let before: string | undefined;
    return waitFor(
      async () => {
        // A query costs seven times as much as a row, which each change of the view writes. Once a second, whatever it says.
        const now = JSON.stringify(await recorded(id));
        looks += 1;
        if (now === before && looks % 7 !== 0) return false;
        before = now;
        const view = await status(id);
        return fits(view) ? view : false;
      },
      { timeoutMs: 40_000, intervalMs: 150, ...(what === undefined ? {} : { what }) },
    );
  };

  const lines = (start: string): string[] => standIns.log.filter((line) => line.startsWith(start));
  const untilAsked = async (id: string, fits: (request: HumanRequestView) => boolean, what: string) => {
    const find = ({ requests }: EpicView) => requests.find((request) => request.state === 'open' && fits(request));
    return find(await until(id, find, `${what} in ${id}`)) as HumanRequestView;
  };
  const taskRow = (epicId: string, key: string) =>
    db.selectFrom('tasks').selectAll().where('epic_id', '=', epicId).where('key', '=', key).executeTakeFirst();
  const epicRow = (id: string) => db.selectFrom('epics').selectAll().where('id', '=', id).executeTakeFirst();

  return {
    db,
    databaseUrl: database.url,
    log: standIns.log,
    /** What the stand-ins were called for that begins so. */
    lines,
    /** The tasks of an epic whose pull requests were merged, in their order; `epic` is its own. */
    merged: (epicId: string): string[] => lines(`merge factory/${epicId}/`).map(keyOf),
    /** The kinds of a task's briefs, in their order. */
    briefs: (taskKey: string) => lines(`brief ${taskKey} `).map((line) => line.split(' ')[2]),
    pullRequests: standIns.pullRequests,
    client: temporal.client,
    address: temporal.address,
    namespace: temporal.namespace,
    /** Its clock, on a server that skips time. */
    environment: temporal.environment,
    workflowBundle,
    /** From now on the stand-ins follow this script, and in all else succeed. */
    play: (next: Script): void => {
      script = next;
    },
    /** Starts an epic as the API does. */
    start: (id: string, input: unknown) => {
      started.push(epicWorkflowId(id));
      return workflow.start('epicWorkflow', { ...epicStartOptions(id, 'a test'), args: [input] });
    },
    handle,
    status,
    /** Waits until the epic's view fits. */
    until,
    /** Waits for an open request of this kind. */
    asked: (id: string, kind: HumanRequestView['kind'], taskKey?: string): Promise<HumanRequestView> =>
      untilAsked(id, (r) => r.kind === kind && (taskKey ?? r.taskKey) === r.taskKey, `a request of kind ${kind}`),
    /** Waits for an open request that takes the place of an earlier one. */
    askedAgain: (id: string, { kind, taskKey, requestId }: HumanRequestView): Promise<HumanRequestView> =>
      untilAsked(
        id,
        (r) => r.requestId !== requestId && r.kind === kind && (taskKey ?? r.taskKey) === r.taskKey,
        `another request of kind ${kind}`,
      ),
    respond: (id: string, requestId: string, decision: string, more: { answer?: string; comment?: string } = {}) =>
      handle(id).executeUpdate<{ changed: boolean; message: string }, [unknown]>('respond', {
        args: [{ requestId, decision, by: 'me', ...more }],
      }),
    update: (id: string, name: string, input: unknown) =>
      handle(id).executeUpdate<{ changed: boolean; message: string }, [unknown]>(name, { args: [input] }),
    taskRow,
    epicRow,
    /** The state of a task, as its epic has it. */
    stateOf: async (epicId: string, key: string) =>
      (await status(epicId)).tasks.find(({ task }) => task.key === key)?.status?.state,
    /** What holds a task, or an epic, as it is recorded. */
    holdOf: async (epicId: string, key?: string) => {
      const row = await (key === undefined ? epicRow(epicId) : taskRow(epicId, key));
      return row?.hold as { kind: string; reason: string } | null | undefined;
    },
    /** The decision log of an epic, oldest first. */
    decisions: (epicId: string) =>
      db.selectFrom('decision_log').selectAll().where('epic_id', '=', epicId).orderBy('id').execute(),
    /** Goes on with other code, as after the deployment of a new version; `between` runs while none serves the queue. */
    async deploy(code: WorkflowBundleOption, between?: () => Promise<void>): Promise<void> {
      const [former] = running.splice(0, 1);
      former?.worker.shutdown();
      await former?.ended;
      await between?.();
      running.unshift(run(await createFactoryWorker(code)));
    },
    /** Replays all that ran, unless the test has done so itself, then ends everything. */
    async close({ isReplayed = false } = {}): Promise<void> {
      await workflow
        .getHandle('supervisor')
        .terminate('the test is over')
        .catch(() => undefined);
      try {
        if (!isReplayed) {
          await temporal.replayHistories({ workflowBundle }, options.skipsTime === true ? started : undefined);
        }
      } finally {
        for (const { worker } of running) worker.shutdown();
        await Promise.all(running.map(({ ended }) => ended));
        await database.drop();
        await temporal.stop();
      }
    },
  };
}
