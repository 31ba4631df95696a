/** The mail that goes into a turn: how it is told, and the words of people that its answer acknowledges. Pure. */
import type { UnreadMail } from '../../db/reads/unread-mail.ts';
import type { DeliveredMail } from '../../db/writes/transcripts.ts';
import { type Purpose, ROLE_OF } from '../../workflows/contract/states.ts';
import { fittingMail, mailText } from './mail-text.ts';

/** The purposes of agents that a person's word addresses; other agents only learn of it. */
const ARE_TOLD: ReadonlySet<Purpose> = new Set(['plan', 'implement']);

interface Turn {
  readonly agentId: string;
  readonly turn: number;
  readonly epicId: string;
  readonly taskKey?: string;
  readonly purpose: Purpose;
}

/** Undefined when there is none. */
export function deliveryOf(
  unread: readonly UnreadMail[],
  { agentId, turn, epicId, taskKey, purpose }: Turn,
): DeliveredMail | undefined {
  const fitting = fittingMail(unread);
  const body = mailText(fitting, purpose);
  if (body === undefined) return undefined;
  const words = ARE_TOLD.has(purpose) ? fitting.filter(({ kind }) => kind === 'word') : [];
  return {
    numbers: fitting.map(({ number }) => number),
    body,
    log: words.map(({ number, body: said, senderName }) => ({
      key: `mail/${number}/${agentId}/${turn}`,
      epicId,
      taskKey: taskKey ?? null,
      actor: ROLE_OF[purpose],
      decision: `read word ${number} by ${senderName ?? 'a person'} in turn ${turn} (${agentId})`,
      reason: said.length > 500 ? `${said.slice(0, 499)}…` : said,
    })),
  };
}
