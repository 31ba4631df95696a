/** The workflows that a worker process registers; a name here is a name on the wire. */
export { agentWorkflow } from './agent/agent.ts';
export { epicWorkflow } from './epic/epic.ts';
export { lineWorkflow } from './line/line.ts';
export { pollForgeWorkflow, pollTrackerWorkflow, reconcileWorkflow } from './schedules.ts';
export { supervisorWorkflow } from './supervisor/supervisor.ts';
export { taskWorkflow } from './task/task.ts';
export { intakeWorkflow } from './tracker/intake.ts';
export { tellIssueWorkflow } from './tracker/tell.ts';
/** The SDK runs the default export for every type that is not named above. */
export { unknownWorkflow as default } from './unknown-workflow.ts';
