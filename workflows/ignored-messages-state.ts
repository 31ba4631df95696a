/** How many messages changed nothing since that was last published, and the last of them. Pure. */
import type { IgnoredMemory, IgnoredMessage } from './contract/ignored-messages.ts';
import { change } from './read-only-state.ts';

export const newIgnored = (): IgnoredMemory => ({ count: 0, publishedAt: 0 });

export const countIgnored = (memory: IgnoredMemory, last: IgnoredMessage): void =>
  change<IgnoredMemory>(memory, { count: memory.count + 1, last });

export const notePublished = (memory: IgnoredMemory, nowMs: number): void =>
  change<IgnoredMemory>(memory, { count: 0, publishedAt: nowMs });
