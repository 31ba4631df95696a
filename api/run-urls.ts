/** Addresses of executions in Temporal's Web UI. */

/** The address of one run; null where the Web UI's address is not known, or the execution has not started. */
export type RunUrl = (workflowId: string, runId: string | null) => string | null;

/** `uiUrl` has no slash at its end. The Web UI opens the view of the run that its user looked at last. */
export const createRunUrl =
  (uiUrl: string | undefined, namespace: string): RunUrl =>
  (workflowId, runId) => {
    if (uiUrl === undefined || runId === null) return null;
    const [space, workflow, run] = [namespace, workflowId, runId].map(encodeURIComponent);
    return `${uiUrl}/namespaces/${space}/workflows/${workflow}/${run}`;
  };

interface Run {
  readonly workflowId: string;
  readonly runId: string | null;
}

/** The same with `temporalUrl`. */
export const withRunUrl = <Found extends Run>(runUrl: RunUrl, found: Found) => ({
  ...found,
  temporalUrl: runUrl(found.workflowId, found.runId),
});
