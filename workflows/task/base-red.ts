/** Checks that are red on the untouched base too: no Worker is to blame for them, and none is paid to find that out. */
import { CLEAN_CHECK } from '../contract/evidence.ts';
import type { PersonAnswered } from '../contract/task.ts';
import type { RanCheck } from '../contract/verification.ts';
import { offering } from '../policy-offer.ts';
import { ask, settled, sharedName } from './ask.ts';
import { type Task, where } from './context.ts';
import { acceptRedBase, distrustBase } from './findings-state.ts';
import { ensurePlacement, waitAway } from './placement.ts';
import { untilFixed } from './until-fixed.ts';

/** Long before any epic. */
const EVER = new Date(0).toISOString();
const MOST_SAID = 700;

/**
 * True when a person was asked and the checks are to be run again. False when the commit itself is to blame, or a person
 * said that the Workers are to make green what is red without them.
 */
export async function isNobodysFault(task: Task, commitSha: string, red: readonly RanCheck[]): Promise<boolean> {
  const { data, input } = task;
  // The epic's own base, which no task of it has touched.
  const baseSha = input.baseSha ?? data.baseSha;
  for (;;) {
    const { redOnBase = [], verifiedAt = EVER } = data;
    const names = red.map(({ name }) => name).filter((name) => name !== CLEAN_CHECK && !redOnBase.includes(name));
    if (names.length === 0 || baseSha === undefined) return false;
    // A task with nothing to do hands in the base itself.
    const isBase = baseSha === commitSha;
    const since = isBase ? verifiedAt : (data.baseSince ?? EVER);
    const onBase = isBase
      ? red.filter(({ name }) => names.includes(name))
      : await redAmong(task, { baseSha, names, since });
    if (onBase.length === 0) return false;
    const answer = await askAboutBase(task, { baseSha, onBase, red, since });
    if (answer.decision === 'continue') return false;
    // An older answer than these checks is news of the base only, which is looked at again.
    if (isBase || answer.at === undefined || answer.at > verifiedAt || data.placement === undefined) return true;
  }
}

interface RedBase {
  readonly baseSha: string;
  readonly onBase: readonly RanCheck[];
  readonly red: readonly RanCheck[];
  readonly since: string;
}

async function askAboutBase(task: Task, { baseSha, onBase, red, since }: RedBase): Promise<PersonAnswered> {
  const known = onBase.map(({ name }) => name);
  const words = onBase.map((there) => redWords(there, red)).join(' ');
  task.logLine({
    actor: 'factory',
    kind: 'decision',
    decision: `${task.input.task.key}: the untouched base is red too`,
    reason: words.slice(0, 500),
  });
  await waitAway(task, { phase: 'the untouched base is red too', reason: known.join(', ') });
  const asking = await offering(task.input.settings, {
    kind: 'question' as const,
    question: `${words} The untouched base ${baseSha.slice(0, 12)} is red too, so no work of this epic is to blame. Choose: retry (once you have fixed the machine; runs it again), continue (lets the Workers of this epic make it green) or cancel (ends the epic).`,
    options: ['retry', 'continue', 'cancel'],
    shared: { name: sharedName(`base-red-${baseSha.slice(0, 8)}`, known), since },
  });
  const answer = await ask(task, { kind: 'base-red', names: known }, () => asking);
  noteAnswer(task, known, answer);
  // Before the turn: all slots may be held by tasks that wait for it.
  await ensurePlacement(task);
  return answer;
}

/** What a person said of checks that are red on the base. */
export function noteAnswer(task: Task, names: readonly string[], { decision, at }: PersonAnswered): void {
  const { data } = task;
  if (decision === 'continue') acceptRedBase(data, names);
  else distrustBase(data, at ?? new Date().toISOString());
  settled(task);
}

/** Looked at once for each base commit, whichever task or epic asks, until a person says that something has changed. */
async function redAmong(
  task: Task,
  { baseSha, names, since }: { baseSha: string; names: readonly string[]; since: string },
): Promise<RanCheck[]> {
  const { policy, policyHash } = task.input.settings;
  const verify = policy.verify.filter(({ name }) => names.includes(name));
  const asBase = { since };
  task.tell('IN_PROGRESS', `verifies whether the base ${baseSha.slice(0, 8)} is red too`);
  const { checks } = await untilFixed(task, () =>
    task.onHost((host, begun) =>
      host.verify(`verify the base ${baseSha.slice(0, 8)}`, {
        ...{
          ...where(task),
          commitSha: baseSha,
          policy: { ...policy, verify: verify.length > 0 ? verify : policy.verify },
          policyHash,
        },
        ...{ asBase, ...begun },
      }),
    ),
  );
  // Set-up that fails is one finding in place of all checks.
  return checks.filter(({ name, exitCode }) => exitCode !== 0 && (names.includes(name) || !isCheck(task, name)));
}

const isCheck = (task: Task, name: string): boolean =>
  task.input.settings.policy.verify.some((check) => check.name === name);

function redWords({ name, exitCode, said = '' }: RanCheck, red: readonly RanCheck[]): string {
  const here = red.find((one) => one.name === name)?.exitCode ?? exitCode;
  const why = CANNOT_RUN[exitCode] ?? '';
  const end = said.trim().slice(-MOST_SAID);
  return `The check “${name}” ended with ${here}, and with ${exitCode} on the base${why}.${end === '' ? '' : ` It printed at the end:\n${end}\n`}`;
}

/** As a shell says it. */
const CANNOT_RUN: Readonly<Record<number, string>> = {
  126: ' (the command cannot be executed)',
  127: ' (there is no such command)',
};
