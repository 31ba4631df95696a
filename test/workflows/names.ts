/** Shared by workflow tests: made-up commits, the task of a branch, a patient wait, and a promise that never settles. */
import { createHash } from 'node:crypto';

/** As long as anything waits for an epic. */
export const patiently = { timeoutMs: 40_000, intervalMs: 100 };
/** The commit that has this name. */
export const sha = (text: string): string => createHash('sha1').update(text).digest('hex');
/** The task of a branch, or of what ends in one; `epic` is the epic itself. */
export const keyOf = (head: string): string => head.split('/').at(-1) ?? '';
export const hang = (): Promise<never> => new Promise(() => {});
