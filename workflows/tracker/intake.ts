/** One issue on its way in: read, and made an epic, or told to the epic that it already is. */
import { condition, continueAsNew, workflowInfo } from '@temporalio/workflow';
import { z } from 'zod';
import { factory } from '../activities.ts';
import { type Intake, IssueRef, issueChangedSignal } from '../contract/tracker.ts';
import { createHandlers, parse } from '../handlers.ts';
import { type LookRate, newLookRate, takeLook } from '../look-rate.ts';
import { isLong } from '../run-end.ts';

/**
 * Looks at the issue until no word about it came while it looked, at once a few times and then once a minute.
 * Survives everything that Temporal survives; while the tracker is away it waits, and nobody waits for it.
 * Messages: signal `issueChanged`.
 */
export async function intakeWorkflow(rawInput: unknown): Promise<Intake> {
  const { issueId } = parse(IssueRef, rawInput, 'The issue');
  // Anybody can start one with anything; only our own former run is believed.
  const former = workflowInfo().continuedFromExecutionRunId === undefined ? {} : (rawInput as { looks?: LookRate });
  const looks = former.looks ?? newLookRate(Date.now());
  const handlers = createHandlers(() => {});
  let told = 0;
  handlers.onSignal(issueChangedSignal, z.object({}), () => {
    told += 1;
  });
  handlers.ignoreOthers();
  for (;;) {
    for (let pauseMs = takeLook(looks, Date.now()); pauseMs > 0; pauseMs = takeLook(looks, Date.now())) {
      await condition(isLong, pauseMs, { summary: `look at ${issueId} again` });
      if (isLong()) await continueAsNew<typeof intakeWorkflow>({ issueId, looks });
    }
    const seen = told;
    const intake = await factory.takeIssue(`look at ${issueId}`, { issueId });
    if (told === seen) return intake;
  }
}
