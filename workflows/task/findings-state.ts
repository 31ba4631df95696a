/** What was found about a task's work, and what people have said of it. Pure. */
import type { SubmitWork } from '../contract/agent.ts';
import type { IgnoredFiles } from '../contract/change.ts';
import { type Change, change } from '../read-only-state.ts';
import type { TaskData, TaskFields } from './state.ts';

const update = (data: TaskData, fields: Change<TaskFields>): void => change<TaskFields>(data, fields);
const joined = (known: readonly string[] = [], more: readonly string[]): string[] => [...new Set([...known, ...more])];

/** A commit is verified from now on. `at` is ISO 8601. */
export const beginVerification = (data: TaskData, at: string): void => update(data, { verifiedAt: at });

interface Verification {
  readonly tookMs: number;
  readonly ignoredFiles?: IgnoredFiles | undefined;
  readonly noTests?: readonly string[] | undefined;
}

export const noteVerification = (data: TaskData, { tookMs, ignoredFiles, noTests }: Verification): void =>
  update(data, { checksMs: Math.max(data.checksMs ?? 0, tookMs), ignoredFiles, noTests });

/** Checks that are red on the base too are the Workers' to make green. */
export const acceptRedBase = (data: TaskData, names: readonly string[]): void =>
  update(data, { redOnBase: joined(data.redOnBase, names) });

/** What is known of the base counts only from then on, ISO 8601. */
export const distrustBase = (data: TaskData, baseSince: string): void => update(data, { baseSince });

/** The Worker was told of values that look like secrets, by hash. */
export const noteSecretsTold = (data: TaskData, hashes: readonly string[]): void =>
  update(data, { secretsTold: joined(data.secretsTold, hashes) });

/** A person allowed them: the work is committed again as its Worker handed it in. */
export const allowSecrets = (
  data: TaskData,
  { hashes, work }: { readonly hashes: readonly string[]; readonly work: SubmitWork },
): void => update(data, { allowedSecrets: joined(data.allowedSecrets, hashes), uncommitted: work });

/** The Worker was told of kinds of files that no one asked for. */
export const noteLeftoversTold = (data: TaskData, kinds: readonly string[]): void =>
  update(data, { leftoversTold: [...(data.leftoversTold ?? []), ...kinds] });

/** A person allowed findings, by hash: the same again needs no second look. */
export const allowFindings = (data: TaskData, hash: string): void => update(data, { allowed: [...data.allowed, hash] });

/** The Worker is told of the red checks of a head, once. */
export const noteRedHead = (data: TaskData, headSha: string): void =>
  update(data, { redHeads: [...data.redHeads, headSha] });
