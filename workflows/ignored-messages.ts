/** Messages that change nothing: counted, and published at most once a minute, so that a flood of them costs nothing. */
import { condition, sleep } from '@temporalio/workflow';
import type { IgnoredMemory } from './contract/ignored-messages.ts';
import { countIgnored, notePublished } from './ignored-messages-state.ts';
import { IGNORED_PAUSE_MS } from './options.ts';

type Tell = (line: { actor: string; kind: 'refusal'; decision: string; reason: string }) => void;

/** The first message is published at once; those of the minute after it together. */
export function createIgnored(memory: IgnoredMemory, logLine: Tell) {
  async function follow(): Promise<void> {
    for (;;) {
      await condition(() => memory.count > 0);
      const pauseMs = memory.publishedAt + IGNORED_PAUSE_MS - Date.now();
      if (pauseMs > 0) await sleep(pauseMs, { summary: 'tell of ignored messages together' });
      publish();
    }
  }

  function publish(): void {
    const { count, last } = memory;
    if (count === 0 || last === undefined) return;
    const decision = count === 1 ? last.what : `ignored ${count} messages, the last: ${last.what}`;
    logLine({ actor: last.actor, kind: 'refusal', decision, reason: last.reason });
    notePublished(memory, Date.now());
  }

  // Ends with its workflow.
  follow().catch(() => undefined);

  return {
    ignore(actor: string, what: string, reason: string): void {
      countIgnored(memory, { actor, what, reason });
    },
    /** Before the last record. */
    publish,
  };
}
