/** The task queues and the fixed names of executions; see the README's table of processes. */
export const FACTORY_QUEUE = 'factory';
export const MODEL_QUEUE = 'model';
export const HOSTS_QUEUE = 'hosts';
export const hostQueue = (host: string): string => `host-${host}`;

export const SUPERVISOR_WORKFLOW_ID = 'supervisor';
export const RECONCILE_SCHEDULE_ID = 'reconcile';
export const TRACKER_SCHEDULE_ID = 'tracker';
export const FORGE_SCHEDULE_ID = 'forge';
