/** A change that holds what looks like a secret: its Worker removes it, or a person allows the value in this epic. */
import { ApplicationFailure } from '@temporalio/workflow';
import { hashesOf, secretsName } from '../allowed-secrets.ts';
import type { Change, Secret } from '../contract/change.ts';
import type { PersonAnswered } from '../contract/task.ts';
import { ask, settled } from './ask.ts';
import type { About } from './asked-question.ts';
import type { Task } from './context.ts';
import { allowSecrets, noteSecretsTold } from './findings-state.ts';
import { drop } from './hand-in-state.ts';
import { ensurePlacement, waitAway } from './placement.ts';
import { sendBack } from './send-back.ts';
import { setOpening } from './state.ts';

/** The commits that hold it were taken back. A value that the Worker was told of and kept is a person's to judge. */
export async function refuseSecrets(task: Task, change: Change, secrets: readonly Secret[]): Promise<void> {
  const { data, input } = task;
  const findings = secrets.map(({ kind, file, line }) => `${kind} in ${file}:${line}`).join(', ');
  const what = `${input.task.key} was not pushed: it holds what looks like a secret`;
  task.logLine({ actor: 'factory', kind: 'refusal', decision: what, reason: findings });
  const hashes = hashesOf(secrets);
  const told = data.secretsTold ?? [];
  if (hashes.length > 0 && hashes.every((hash) => told.includes(hash))) {
    await askAboutSecrets(task, change, secrets);
    return;
  }
  noteSecretsTold(data, hashes);
  sendBack(task, {
    ...{ setback: 'verification', opening: { kind: 'secrets', secrets } },
    words: 'the verification was red or a secret was found',
  });
}

/** For a push in which no Worker's work is under way that could be sent back. `how` says what the secret does. */
export const secretFound = ({ file, line }: Secret, how: string): ApplicationFailure =>
  ApplicationFailure.nonRetryable(`A secret in ${file}:${line} ${how}`, 'SecretFound');

/** Values in one question, whose name holds their hashes; the rest is asked about with the next push. */
const MOST_ASKED = 8;

async function askAboutSecrets(task: Task, change: Change, found: readonly Secret[]): Promise<void> {
  const { title } = task.input.task;
  const { summary, commitMessage = summary.slice(0, 5_000), resolved } = change;
  const hashes = hashesOf(found).slice(0, MOST_ASKED);
  const secrets = found.filter(({ hash }) => hash !== undefined && hashes.includes(hash));
  const work = { summary, commitMessage, ...(resolved === undefined ? {} : { resolved }) };
  const about: About = { kind: 'secrets', hashes, secrets, work };
  const shared = { name: secretsName(hashes), since: new Date().toISOString() };
  await waitAway(task, { phase: 'waits to be pushed', reason: 'it holds what looks like a secret' });
  const answer = await ask(task, about, () => ({
    kind: 'question',
    question: `Task “${title}” holds what looks like a secret, and its Worker did not remove it: ${secrets.map(shownAt).join('; ')}. Nothing was pushed. Choose: allow (pushes these values, in this epic only), retry (asks its Worker again to remove them; add instructions if you like) or cancel (ends the epic).`,
    options: ['allow', 'retry', 'cancel'],
    shared,
  }));
  await settleSecrets(task, about, answer);
}

/** `GITHUB_TOKEN “ghp_…” in src/a.js:3` */
const shownAt = ({ kind, file, line, shown = '…' }: Secret): string => `${kind} “${shown}” in ${file}:${line}`;

/** An allowed change is committed again as its Worker handed it in; on another host, from what was brought there. */
export async function settleSecrets(
  task: Task,
  { hashes, secrets, work }: Extract<About, { kind: 'secrets' }>,
  { decision, by, comment }: PersonAnswered,
): Promise<void> {
  const { data } = task;
  settled(task);
  drop(data);
  if (decision === 'allow') {
    allowSecrets(data, { hashes, work });
  } else if (comment === undefined || comment.trim() === '') {
    setOpening(data, { kind: 'secrets', secrets });
  } else {
    const findings = secrets.map(({ kind, file, line }) => `${kind} in ${file}:${line}`).join(', ');
    const why = `The change was not pushed, because it holds what looks like a secret: ${findings}.`;
    setOpening(data, { kind: 'feedback', by, comment: `${why} ${comment}` });
  }
  await ensurePlacement(task);
}
