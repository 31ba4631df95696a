/** Calls the workflows that may wait for mail to an address. */
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { Database } from '../../db/connection.ts';
import { readersToCall } from '../../db/reads/unread-mail.ts';
import { callOnce } from '../../db/writes/mail.ts';
import { type Address, mailArrivedSignal } from '../../workflows/contract/mail.ts';

interface Callers {
  readonly db: Database;
  readonly temporal: Client;
}

/**
 * Each once until it looks; a flood of mail is one signal. The mail must be committed by then. Harmless twice: who looks
 * in vain waits on.
 */
export async function callReaders(by: Callers, epicId: string, recipient: Address | 'epic'): Promise<void> {
  for (const workflowId of await readersToCall(by.db, epicId, recipient)) await callReader(by, workflowId);
}

/** Calls one of them, unless it was called and has not looked since. */
export async function callReader({ db, temporal }: Callers, workflowId: string): Promise<void> {
  try {
    const handle = temporal.workflow.getHandle(workflowId);
    await callOnce(db, workflowId, () => handle.signal(mailArrivedSignal, {}));
  } catch (error) {
    // It has ended, or not begun: it looks by itself.
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}
