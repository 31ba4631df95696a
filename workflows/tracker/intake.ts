/** One issue on its way in: read, and made an epic, or told to the epic that it already is. */

import { log } from '@temporalio/workflow';
import { z } from 'zod';
import type { Intake } from '../../activities/tracker/take-issue.ts';
import { factory } from '../activities.ts';
import { IssueRef, issueChangedSignal } from '../contract/tracker.ts';
import { createHandlers, parse } from '../handlers.ts';

/**
 * Looks at the issue until no word about it came while it looked.
 * Survives everything that Temporal survives; while the tracker is away it waits, and nobody waits for it.
 * Messages: signal `issueChanged`.
 */
export async function intakeWorkflow(rawInput: unknown): Promise<Intake> {
  const { issueId } = parse(IssueRef, rawInput, 'The issue');
  const handlers = createHandlers((line) => log.warn(line));
  let told = 0;
  handlers.onSignal(issueChangedSignal, z.object({}), () => {
    told += 1;
  });
  handlers.ignoreOthers();
  for (;;) {
    const seen = told;
    const intake = await factory.takeIssue(`look at ${issueId}`, { issueId });
    if (told === seen) return intake;
  }
}
