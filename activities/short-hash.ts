/** A short hash by which a workflow knows the same call or result again, without holding any of its text. */
import { createHash } from 'node:crypto';

export const shortHash = (value: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(value) ?? '')
    .digest('hex')
    .slice(0, 12);
