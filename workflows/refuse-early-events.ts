/**
 * Refuses events that a query brings to the worker ahead of their workflow task.
 *
 * A query waits while no worker process is there, and signals, updates and results that come meanwhile make a workflow
 * task. The history that the query is handed then ends with their events, and the SDK acts on them: without the task's
 * start, with the time and the length of the task before. The commands wait for the real task and come before those of
 * its updates, which is an order that no replay makes again. A failure here answers the query, drops the execution from
 * the cache and leaves nothing in history; the workflow task reads everything again. A run that was terminated, by a reset for
 * instance, before that task has started never gets it, and so answers no query; its row and its history say how it was.
 */
import type { WorkflowInterceptors, WorkflowInternalsInterceptor } from '@temporalio/workflow';

type Activation = Parameters<NonNullable<WorkflowInternalsInterceptor['activate']>>[0]['activation'];
type Seen = { readonly time: string; readonly events: number };

export const AHEAD =
  'Something was sent while this query was on its way. Ask again, unless the run was terminated just then.';

/** Each workflow has its own. */
export function interceptors(): WorkflowInterceptors {
  let last: Seen | undefined;
  return {
    internals: [
      {
        activate(input, next) {
          if ((input.activation.jobs ?? []).some((job) => job.queryWorkflow)) return next(input);
          const seen = seenIn(input.activation);
          if (!input.activation.isReplaying && isAhead(last, seen)) throw new Error(AHEAD);
          last = seen;
          return next(input);
        },
      },
    ],
  };
}

/** More history at the same time: a workflow task that starts has a time of its own, to the nanosecond. */
const isAhead = (last: Seen | undefined, now: Seen): boolean => last?.time === now.time && now.events > last.events;

const seenIn = ({ timestamp, historyLength }: Activation): Seen => ({
  time: `${timestamp?.seconds}.${timestamp?.nanos}`,
  events: Number(historyLength),
});
