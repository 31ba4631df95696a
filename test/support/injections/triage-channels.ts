/** What the Supervisor agent reads of a task that has failed, or of an epic that does not move. */
import { stallText, triageText } from '../../../activities/agent/triage-brief.ts';
import type { TriageFacts } from '../../../db/reads/triage-facts.ts';
import { TASK } from '../agent.ts';
import type { Channel } from './injection.ts';

const toSupervisor = { epicId: 'shop', attempt: 1 };
const judged = { cause: 'verification' as const, failure: 'red', may: ['retry' as const], isGuided: false };
const NOTHING: TriageFacts = {
  ...{ epicTitle: 'Shop', epicDescription: '', task: TASK, others: [], mail: [], log: [], turns: [], checks: [] },
  headSha: undefined,
};
const triage = (facts: Partial<TriageFacts>, more: { failure?: string; diff?: string } = {}): string => {
  const brief = { ...judged, failure: more.failure ?? judged.failure };
  return triageText({ ...toSupervisor, taskKey: 'slugs', brief, facts: { ...NOTHING, ...facts }, diff: more.diff });
};
const check = { name: 'test', command: 'npm test', exitCode: 1, output: '' };
const turn = { turn: 3, stopReason: 'tool_use', content: [], outputs: [] };

export const TRIAGE_CHANNELS = {
  triageFailure: {
    ...{ name: 'failure that the Supervisor judges', purpose: 'triage', block: 'failure' },
    prompt: (failure) => triage({}, { failure }),
  },
  triagePlan: {
    ...{ name: 'title of another task that the Supervisor reads', purpose: 'triage', block: 'plan' },
    prompt: (title) => triage({ others: [`other (PENDING, planned): ${title}`] }),
  },
  triageLog: {
    ...{ name: 'decision log that the Supervisor reads', purpose: 'triage', block: 'log' },
    prompt: (reason) => triage({ log: [`2026-01-01T00:00:00Z WORKER (decision): noted: ${reason}`] }),
  },
  triageTurn: {
    ...{ name: 'last words of the Worker that the Supervisor reads', purpose: 'triage', block: 'transcript' },
    prompt: (text) => triage({ turns: [{ ...turn, content: [{ type: 'text', text, citations: null }] }] }),
  },
  triageOutput: {
    ...{ name: 'last output of a tool that the Supervisor reads', purpose: 'triage', block: 'transcript' },
    prompt: (output) => triage({ turns: [{ ...turn, outputs: [{ name: 'bash', output, isError: false }] }] }),
  },
  triageEvidence: {
    ...{ name: 'evidence that the Supervisor reads', purpose: 'triage', block: 'check-output' },
    prompt: (output) => triage({ checks: [{ ...check, output }] }),
  },
  triageMail: {
    ...{ name: 'mail to the Supervisor', purpose: 'triage', block: 'mail' },
    prompt: (body) => triage({ mail: [{ sender: 'task/slugs', subject: 'Help', body }] }),
  },
  triageDiff: {
    ...{ name: 'change that the Supervisor reads', purpose: 'triage', block: 'diff' },
    prompt: (line) => triage({}, { diff: `diff --git a/a.ts b/a.ts\n+// ${line}` }),
  },
  stalledCommand: {
    ...{ name: 'command of an epic that does not move', purpose: 'triage', block: 'commands' },
    prompt: (command) =>
      stallText({
        ...{ ...toSupervisor, brief: { ...judged, cause: 'stalled' } },
        facts: { title: 'Shop', description: '', parts: [], log: [], commands: [`bash: ${command}`] },
      }),
  },
} as const satisfies Readonly<Record<string, Channel>>;
