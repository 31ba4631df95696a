/** The Temporal Workers of one worker process: one a task queue that it serves. */
import {
  type ActivityInterceptorsFactory,
  type NativeConnection,
  Worker,
  type WorkerOptions,
  type WorkflowBundleOption,
} from '@temporalio/worker';
import {
  type ActivityDependencies,
  createFactoryActivities,
  createHostActivities,
  createHostsActivities,
  createModelActivities,
} from '../activities/index.ts';
import { FACTORY_QUEUE, HOSTS_QUEUE, hostQueue, MODEL_QUEUE } from '../workflows/contract/task-queues.ts';
import { boundRetries } from './bounded-retries.ts';
import { hideSecrets } from './hide-secrets.ts';
import { holdWhilePaused } from './hold-while-paused.ts';
import { writeCarriedRecords } from './write-carried-records.ts';

export const SERVABLE = ['factory', 'model', 'host'] as const;
export type Servable = (typeof SERVABLE)[number];

export interface CreateWorkersInput {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly workflowBundle: WorkflowBundleOption;
  readonly serve: readonly Servable[];
  readonly dependencies: ActivityDependencies;
  /** Model calls per second of the whole namespace; every worker process must have the same. */
  readonly turnsPerSecond: number;
  /** Commands and model calls at once in this process. */
  readonly concurrency: number;
  readonly interceptors?: WorkerOptions['interceptors'];
  /** Around the activities of the host. */
  readonly aroundSteps: ActivityInterceptorsFactory;
  /** How long what nobody knows is tried again; minutes by default. */
  readonly unknownForMs?: number;
}

export async function createWorkers(input: CreateWorkersInput): Promise<Worker[]> {
  const { connection, namespace, dependencies, concurrency, interceptors, unknownForMs } = input;
  const bounds = boundRetries(unknownForMs === undefined ? {} : { unknownForMs });
  const { db } = dependencies;
  const around = [bounds, writeCarriedRecords(db), holdWhilePaused(db), ...(interceptors?.activity ?? []), hideSecrets];
  const common = {
    connection,
    namespace,
    // A cancel and a death are noticed through heartbeats; throttled longer they would be noticed late.
    maxHeartbeatThrottleInterval: '1 second',
    defaultHeartbeatThrottleInterval: '1 second',
    shutdownGraceTime: '2 seconds',
    // Cancelled on shutdown: commands run on in tmux and are found again.
    shutdownForceTime: '10 seconds',
    maxConcurrentActivityTaskExecutions: concurrency,
    interceptors: { ...interceptors, activity: around },
  } satisfies Omit<WorkerOptions, 'taskQueue'>;
  const options: Record<Servable, WorkerOptions[]> = {
    factory: [
      {
        taskQueue: FACTORY_QUEUE,
        workflowBundle: input.workflowBundle,
        activities: createFactoryActivities(dependencies),
        // After a kill, workflow tasks go back to the shared queue after this.
        stickyQueueScheduleToStartTimeout: '1 second',
        maxCachedWorkflows: cachedWorkflows(dependencies.config.limits),
      },
    ],
    model: [
      {
        taskQueue: MODEL_QUEUE,
        activities: createModelActivities(dependencies),
        maxTaskQueueActivitiesPerSecond: input.turnsPerSecond,
      },
    ],
    host: [
      { taskQueue: HOSTS_QUEUE, activities: createHostsActivities(dependencies) },
      {
        taskQueue: hostQueue(dependencies.host),
        activities: createHostActivities(dependencies),
        interceptors: { ...interceptors, activity: [...around, input.aroundSteps] },
      },
    ],
  };
  return Promise.all(input.serve.flatMap((queue) => options[queue]).map((own) => Worker.create({ ...common, ...own })));
}

/** Besides those at work: the supervisor, the lines, and epics that wait for a person who may answer next. */
const MORE_CACHED = 100;

/**
 * How many executions stay in memory, about 1.6 MB each: all that may be at work at once, since a worker process that reads
 * their histories again with every step is many times slower. One that waits for weeks is read again when it is answered.
 */
const cachedWorkflows = ({ epics, tasks }: ActivityDependencies['config']['limits']): number =>
  epics * (1 + 2 * tasks) + MORE_CACHED;
