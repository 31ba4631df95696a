/** Writes a history for the replay tests: one event a line, so that a difference can be read. */
import { writeFileSync } from 'node:fs';
import type { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';

/** Names and paths of the machine that recorded; a replay does not look at them. */
const OF_THE_MACHINE: ReadonlySet<string> = new Set(['identity', 'stackTrace', 'workerVersion']);
const anonymous = (key: string, value: unknown): unknown => {
  if (OF_THE_MACHINE.has(key)) return undefined;
  return typeof value === 'string' ? value.replace(/^\d+@.*/, 'sticky') : value;
};

export interface RecordedEvent {
  readonly eventType: string;
  readonly eventTime: string;
}

interface Saving {
  readonly workflowId: string;
  /** The newest run without it. */
  readonly runId?: string | undefined;
  readonly file: string;
  readonly edit?: (events: readonly RecordedEvent[]) => readonly RecordedEvent[];
}

export async function saveHistory(client: Client, saving: Saving): Promise<void> {
  const { workflowId, runId, file, edit = (events) => events } = saving;
  const history = historyToJSON(await client.workflow.getHandle(workflowId, runId).fetchHistory());
  const { events: recorded } = JSON.parse(history, anonymous);
  const events = edit(recorded).map((event) => JSON.stringify(event));
  const text = `{"workflowId":${JSON.stringify(workflowId)},"history":{"events":[\n${events.join(',\n')}\n]}}\n`;
  writeFileSync(file, text);
  console.log(`${file}: ${events.length} events, ${Math.round(text.length / 1024)} kB`);
}
