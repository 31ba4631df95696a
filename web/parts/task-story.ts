/** The story of a task in words: who worked on it, what was handed in, why it went back, what was verified. Pure. */

const PURPOSES: Readonly<Record<string, string>> = {
  plan: 'Plan',
  implement: 'Implementation',
  review: 'Review',
  triage: 'Supervisor',
  correspond: 'Mail of the Orchestrator',
};

/** "Implementation" of implement; a purpose of a later version says its own name. */
export const purposeTitle = (purpose: string): string => PURPOSES[purpose] ?? purpose;

/** "Review, attempt 2" */
export const agentTitle = ({ purpose, attempt }: { readonly purpose: string; readonly attempt: number }): string =>
  `${purposeTitle(purpose)}, attempt ${attempt}`;

interface Meaning {
  readonly color: string;
  readonly words: string;
}

const SUBMISSIONS: Readonly<Record<string, Meaning>> = {
  verified: { color: 'blue', words: 'Its checks passed; it waits for its review.' },
  red: { color: 'red', words: 'Checks failed; it went back to the Worker.' },
  'changes-requested': { color: 'orange', words: 'The review asked for changes.' },
  approved: { color: 'green', words: 'The review approved it; it waits to be merged.' },
  conflict: { color: 'orange', words: 'It conflicts with what was merged meanwhile.' },
  merged: { color: 'green', words: 'It is merged.' },
  superseded: { color: 'gray', words: 'A later submission or a rewind took its place.' },
};

/** States of a later version speak for themselves. */
export const submissionMeaning = (state: string): Meaning => SUBMISSIONS[state] ?? { color: 'gray', words: '' };

const ROUNDS: Readonly<Record<string, string>> = {
  verification: 'red checks',
  review: 'the review',
  conflict: 'conflicts',
  checks: 'red checks of the forge',
};

/** "Sent back 3 times: 2 for the review, 1 for conflicts"; undefined when it never was. */
export function roundsWords(rounds: Readonly<Record<string, number>> | null): string | undefined {
  const parts = Object.entries(rounds ?? {}).filter(([, number]) => number > 0);
  if (parts.length === 0) return undefined;
  const all = parts.reduce((sum, [, number]) => sum + number, 0);
  const times = all === 1 ? 'once' : all === 2 ? 'twice' : `${all} times`;
  return `Sent back ${times}: ${parts.map(([kind, number]) => `${number} for ${ROUNDS[kind] ?? kind}`).join(', ')}`;
}

interface Proof {
  readonly commitSha: string;
  readonly exitCode: number;
}

interface Unrun {
  readonly commitSha: string;
  readonly checks: readonly string[];
}

/** By commit, the latest first; a commit counts as red when one of its checks is, and as green once all have run. */
export function byCommit<Found extends Proof>(evidence: readonly Found[], unrun: readonly Unrun[]) {
  const groups = Map.groupBy(evidence, ({ commitSha }) => commitSha);
  return [...groups]
    .map(([commitSha, found]) => {
      const missing = unrun.find((one) => one.commitSha === commitSha)?.checks ?? [];
      const isRed = found.some(({ exitCode }) => exitCode !== 0);
      const verdict = isRed ? 'red' : missing.length > 0 ? 'not all run' : 'green';
      return { commitSha, found, missing, verdict } as const;
    })
    .toReversed();
}
