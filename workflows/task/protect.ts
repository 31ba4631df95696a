/** Asks a person about a change that touches protected paths, before it is pushed, or weakens tests, before it is merged. */

import { allowedIn } from '../allowed-secrets.ts';
import type { Change, Findings } from '../contract/change.ts';
import type { RequestKind } from '../contract/states.ts';
import type { PersonAnswered } from '../contract/task.ts';
import { requirePullRequest } from '../pull-request/state.ts';
import { ask, settled } from './ask.ts';
import type { About } from './asked-question.ts';
import { type Task, where } from './context.ts';
import { allowFindings } from './findings-state.ts';
import { isUnderPolicy } from './follow-policy.ts';
import { drop, verifyAgain } from './hand-in-state.ts';
import { sendBackLeftovers } from './leftovers.ts';
import { ensurePlacement, waitAway } from './placement.ts';
import { refuseSecrets } from './secrets.ts';
import { setOpening, unallowed } from './state.ts';

/** The change with what was found about its tests; undefined when a person sent it back to the Worker. */
export async function clearToPush(task: Task, change: Change): Promise<Change | undefined> {
  await ensurePlacement(task);
  const { inspection, ...rest } = change;
  if (inspection === undefined || !isUnderPolicy(task.input.settings, change)) {
    // Another factory.yaml was adopted since: it is verified, and looked at, under that.
    verifyAgain(task.data, rest);
    return undefined;
  }
  const { protected: touched, weakened, uncompared, leftovers } = inspection;
  if (leftovers !== undefined && sendBackLeftovers(task, leftovers)) return undefined;
  if (!(await allowProtected(task, change, touched))) return undefined;
  const { headSha, treeSha, summary, verifiedUnder, commitMessage, resolved, assumed } = change;
  const left = (leftovers?.groups ?? []).map(({ words }) => words);
  if (left.length > 0) {
    const what = `${task.input.task.key} keeps files that no one asked for`;
    task.logLine({ actor: 'WORKER', kind: 'decision', decision: what, reason: left.join('; ').slice(0, 5_000) });
  }
  return {
    ...{ headSha, treeSha, summary },
    ...(commitMessage === undefined ? {} : { commitMessage }),
    ...(resolved === undefined ? {} : { resolved }),
    ...(assumed === undefined ? {} : { assumed }),
    ...(verifiedUnder === undefined ? {} : { verifiedUnder }),
    ...(weakened === undefined ? {} : { weakened }),
    ...(uncompared === undefined ? {} : { uncompared }),
    ...(left.length === 0 ? {} : { left }),
  };
}

/** True when nothing protected is touched that no person allowed. Nobody waits on a host for the answer. */
export async function allowProtected(task: Task, change: Change, findings: Findings | undefined): Promise<boolean> {
  const { headSha } = change;
  const touched = unallowed(task.data, findings);
  if (touched === undefined) return true;
  const { secretsAllowedIn } = task.input.settings.policy;
  const { secrets } = await task.onHost((host) =>
    host.showHead(`show ${headSha.slice(0, 8)} to a person`, {
      ...{ ...where(task), headSha, secretsAllowedIn },
      allowedSecrets: allowedIn(task),
    }),
  );
  if (secrets.length > 0) {
    await refuseSecrets(task, change, secrets);
    return false;
  }
  const { targetBranch: base, task: planned } = task.input;
  return allow(task, touched, {
    kind: 'protected-paths',
    phase: 'waits to be pushed',
    reason: 'it changes protected paths',
    question: `Task “${planned.title}” changes protected paths: ${listed(touched)}. Push it for review and merge?`,
    headSha,
    base,
  });
}

/** The same for the tests of a reviewed change, before it asks for the merge lane. */
export function allowTests(task: Task, change: Change): Promise<boolean> {
  const weakened = unallowed(task.data, change.weakened);
  if (weakened === undefined) return Promise.resolve(true);
  const { number, title } = requirePullRequest(task.data);
  return allow(task, weakened, {
    kind: 'weakened-tests',
    phase: 'waits to be merged',
    reason: 'it weakens tests',
    question: `Pull request #${number} “${title}” weakens tests: ${listed(weakened)}. Merge it into ${task.input.targetBranch}?`,
    headSha: change.headSha,
    pullRequest: number,
  });
}

interface Asked {
  readonly kind: RequestKind;
  readonly phase: string;
  readonly reason: string;
  readonly question: string;
  readonly headSha: string;
  readonly base?: string;
  readonly pullRequest?: number;
}

/** Asks, and remembers what was allowed; a refusal is what the Worker's next round opens with. */
async function allow(task: Task, findings: Findings, { phase, reason, ...asked }: Asked): Promise<boolean> {
  const { key: taskKey } = task.input.task;
  task.logLine({
    actor: 'factory',
    kind: 'decision',
    decision: `${taskKey}: ${reason}`,
    reason: findings.lines.join('; ').slice(0, 5_000),
  });
  await waitAway(task, { phase, reason });
  const about = { kind: 'findings' as const, hash: findings.hash, what: `${reason}: ${listed(findings)}` };
  const answer = await ask(task, about, () => ({ options: ['approve', 'reject', 'cancel'], ...asked }));
  return settleFindings(task, about, answer);
}

/** True when a person allowed what was found; else it is what the Worker's next round opens with. */
export async function settleFindings(
  task: Task,
  { hash, what }: Extract<About, { kind: 'findings' }>,
  answer: PersonAnswered,
): Promise<boolean> {
  const { data } = task;
  settled(task);
  if (answer.decision === 'approve') {
    allowFindings(data, hash);
    await ensurePlacement(task);
    return true;
  }
  const said = answer.comment ?? answer.answer;
  const rest = said ?? 'Do the task without that, or say in your summary why it cannot be done.';
  setOpening(data, { kind: 'feedback', by: answer.by, comment: `The change was rejected because ${what}. ${rest}` });
  drop(data);
  return false;
}

const MOST_LISTED = 20;

export function listed({ lines, total }: Findings): string {
  const shown = lines.slice(0, MOST_LISTED);
  return [...shown, ...(total > shown.length ? [`and ${total - shown.length} more`] : [])].join('; ');
}
