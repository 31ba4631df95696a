/** Gates before activities: a test decides when the activities of an execution go on. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '@temporalio/activity';
import type { WorkerOptions } from '@temporalio/worker';

interface Gate {
  readonly activity: RegExp;
  /** Ids of the activities that it lets through: an attempt that timed out as it was held comes again. */
  readonly passed: Set<string>;
  /** How many more it lets through. */
  passes: number;
  readonly held: Set<string>;
  readonly opened: PromiseWithResolvers<void>;
}

/** `delayMs` holds every activity up for a while, gate or not. */
export function createGates(delayMs: (activity: string) => number = () => 0) {
  const gates = new Map<string, Gate>();

  async function pass({ info }: Context): Promise<void> {
    const { activityType, activityId, workflowExecution } = info;
    await sleep(delayMs(activityType));
    const gate = gates.get(workflowExecution?.workflowId ?? '');
    if (gate === undefined || !gate.activity.test(activityType) || gate.passed.has(activityId)) return;
    if (gate.passes > 0) {
      gate.passes -= 1;
      gate.passed.add(activityId);
      return;
    }
    gate.held.add(activityId);
    await gate.opened.promise;
  }

  const put = (workflowId: string, activity: RegExp, passes: number, passed: Iterable<string>): void => {
    const gate = { activity, passes, passed: new Set(passed), held: new Set<string>() };
    gates.set(workflowId, { ...gate, opened: Promise.withResolvers<void>() });
  };
  const open = (workflowId: string): void => {
    gates.get(workflowId)?.opened.resolve();
    gates.delete(workflowId);
  };

  return {
    interceptors: {
      activity: [
        (context: Context) => ({
          inbound: {
            async execute(input, next) {
              await pass(context);
              return next(input);
            },
          },
        }),
      ],
    } satisfies NonNullable<WorkerOptions['interceptors']>,
    /** From now on activities of this name wait, all but the next `passes`. */
    close(workflowId: string, activity: RegExp, passes = 0): void {
      const before = gates.get(workflowId);
      put(workflowId, activity, passes, []);
      // What an earlier gate held would wait for ever.
      before?.opened.resolve();
    },
    /** Lets go what it holds, and holds the next. */
    step(workflowId: string): void {
      const gate = gates.get(workflowId);
      if (gate === undefined) return;
      put(workflowId, gate.activity, 0, [...gate.passed, ...gate.held]);
      gate.opened.resolve();
    },
    isHolding: (workflowId: string): boolean => (gates.get(workflowId)?.held.size ?? 0) > 0,
    open,
    openAll: (): void => [...gates.keys()].forEach(open),
  };
}
