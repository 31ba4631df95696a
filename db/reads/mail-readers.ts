/** Whether anybody will read what a person writes to agents. */
import type { Address } from '../../workflows/contract/mail.ts';
import { taskOfAddress } from '../../workflows/contract/mail.ts';
import { FINAL_STATES } from '../../workflows/contract/state-names.ts';
import type { Database } from '../connection.ts';
import { hasOpenTask, readAddressee } from './mail-bounds.ts';

export interface Unread {
  /** A failure name. */
  readonly code: 'NotFound' | 'EpicEnded' | 'TaskEnded';
  readonly message: string;
}

interface Addressed {
  readonly epicId: string;
  readonly kind: 'mail' | 'word';
  readonly recipient: Address | 'epic';
}

/** The reason why nobody reads it, with the remedy; undefined when somebody will. */
export async function whyUnread(db: Database, { epicId, kind, recipient }: Addressed): Promise<Unread | undefined> {
  const epic = await db.selectFrom('epics').select('state').where('id', '=', epicId).executeTakeFirst();
  if (epic === undefined) return { code: 'NotFound', message: `There is no epic "${epicId}"` };
  if (FINAL_STATES.has(epic.state)) {
    const remedy = 'submit another epic for what is missing';
    return {
      code: 'EpicEnded',
      message: `The epic has ended (${epic.state}), so nobody reads this any more; ${remedy}`,
    };
  }
  if (recipient === 'epic' || recipient === 'orchestrator') {
    // An epic without tasks is being planned, and its planner is told.
    if (epic.state === 'PLANNING' || (await hasOpenTask(db, epicId))) return undefined;
    const what = kind === 'word' ? 'no Worker is told this' : 'its Orchestrator reads no mail';
    const remedy = 'reject the merge with a change, or submit another epic';
    return ended(`Every task of the epic has ended, so ${what} any more; ${remedy}`);
  }
  const state = await readAddressee(db, epicId, recipient);
  if (state === undefined) return { code: 'NotFound', message: `There is no ${recipient} in the epic "${epicId}"` };
  if (state !== 'COMPLETED' && state !== 'CANCELLED') return undefined;
  const what = kind === 'word' ? 'no Worker would read this' : 'nobody would read this mail';
  const how = state === 'COMPLETED' ? 'is merged' : 'is cancelled';
  const instead =
    state === 'COMPLETED' ? 'add a task, or reject the merge of the epic with a change' : 'retry it first';
  return ended(`The task "${taskOfAddress(recipient)}" ${how}, so ${what}; ${instead}`);
}

const ended = (message: string): Unread => ({ code: 'TaskEnded', message });
