/** How an epic keeps account of the updates that people send it. */
import { records } from '../activities.ts';
import type { AppliedMessage } from '../contract/messages.ts';
import { type ReceivedUpdates, refuse } from '../handlers.ts';
import { type EpicData, rememberApplied } from './state.ts';

/** Each update is a row in PostgreSQL before it is applied, and the record that holds its effect settles that row. */
export const createReceivedUpdates = (
  epicId: string,
  data: EpicData,
  { isEnding, record }: { isEnding: () => boolean; record: (message: AppliedMessage) => Promise<void> },
): ReceivedUpdates => ({
  earlier: (id) => {
    const known = data.applied.find((message) => message.id === id);
    return known === undefined ? undefined : { changed: known.changed, message: known.message };
  },
  receive: async (message) => {
    await records.receiveMessage(`${message.name} received`, { epicId, ...message });
    if (isEnding()) refuse('EpicEnded', 'The epic is ending; nothing can be changed any more');
  },
  applied: (id, result) => {
    const message = { id, ...result };
    rememberApplied(data, message);
    return record(message);
  },
});
