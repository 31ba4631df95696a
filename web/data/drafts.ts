/** Follows an agent's answer while it is written. */
import { API_PREFIX } from './api-prefix.ts';
import { type Draft, joinDraft } from './draft-parts.ts';
import { openEvents } from './event-source.ts';

/** What was known before a connection was lost, and does not come again after it, is no longer written. */
const AGAIN_WITHIN_MS = 2_000;

/** Gives the draft as it grows, and undefined once it is given up; a stored one stays until the transcript has its turn. */
export function followDraft(agentId: string, onDraft: (draft: Draft | undefined) => void): () => void {
  let draft: Draft | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const become = (next: Draft | undefined) => {
    draft = next;
    onDraft(next);
  };
  const end = openEvents({
    url: `${API_PREFIX}/agents/${encodeURIComponent(agentId)}/live`,
    onOpen() {
      clearTimeout(timer);
      timer = setTimeout(() => become(undefined), AGAIN_WITHIN_MS);
    },
    on: {
      draft(data) {
        clearTimeout(timer);
        become(joinDraft(draft, JSON.parse(data) as Draft));
      },
      stored: () => clearTimeout(timer),
      dropped: () => become(undefined),
    },
  });
  return () => {
    clearTimeout(timer);
    end();
  };
}
