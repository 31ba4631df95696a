/** The line to one branch of one repository: who merges into it next. */
import {
  allHandlersFinished,
  condition,
  continueAsNew,
  getExternalWorkflowHandle,
  log,
  setCurrentDetails,
  workflowInfo,
} from '@temporalio/workflow';
import {
  AskTurn,
  askTurnSignal,
  type GrantTurn,
  grantTurnSignal,
  LeaveTurn,
  LineTarget,
  leaveTurnSignal,
  lineStatusQuery,
} from '../contract/line.ts';
import { createHandlers, parse } from '../handlers.ts';
import { LINE_IDLE } from '../options.ts';
import { isLong } from '../run-end.ts';
import {
  ask,
  expire,
  type Grant,
  grantNext,
  grantOf,
  isEmpty,
  type LineData,
  leave,
  newLine,
  nextExpiry,
  statusOf,
} from './order-state.ts';

/**
 * Grants the turn to merge to one task or epic at a time. The turn only saves work: every merge names the head and the
 * base that it expects, so two that believe to have it do no harm.
 * Survives termination: its members ask again, and bring their places with them. Ends when nobody needs it, and is
 * started by whoever asks next. Continues as new as often as it takes.
 * Messages: signals `askTurn` and `leaveTurn`, each idempotent; query `status`.
 */
export async function lineWorkflow(target: LineTarget, carry?: LineData): Promise<void> {
  const { repository, branch } = parse(LineTarget, target, 'The line');
  const former = workflowInfo().continuedFromExecutionRunId === undefined ? undefined : carry;
  const line = former ?? newLine();
  const again: AskTurn[] = [];
  let sending = 0;
  let changes = 0;
  const handlers = createHandlers(() => {});
  handlers.onQuery(lineStatusQuery, () => statusOf(line));
  handlers.onSignal(askTurnSignal, AskTurn, (asked) => {
    changes += 1;
    const holder = ask(line, asked);
    if (holder !== undefined) again.push(holder);
  });
  handlers.onSignal(leaveTurnSignal, LeaveTurn, (left) => {
    changes += 1;
    leave(line, left);
  });
  handlers.ignoreOthers();

  for (;;) {
    for (const holder of again.splice(0)) if (holder === line.holder) send(grantOf(line, holder));
    const next = grantNext(line, Date.now());
    if (next !== undefined) send(next);
    showStanding(`${branch} of ${repository}`, line);
    const before = changes;
    const isOver = () => sending === 0 && isLong();
    const expiry = nextExpiry(line);
    const isWoken = () => changes !== before || isOver();
    if (isEmpty(line)) {
      const isIdle =
        !(await condition(isWoken, LINE_IDLE, { summary: 'nobody is in line' })) && changes === before && sending === 0;
      // No await in between: a message that comes now starts the workflow task, and so the line, again.
      if (isIdle) return;
    } else if (expiry === undefined) await condition(isWoken);
    else if (!(await condition(isWoken, Math.max(1, expiry - Date.now()), { summary: 'a turn runs out' })))
      expire(line, expiry);
    if (isOver() && changes === before) {
      await condition(allHandlersFinished);
      await continueAsNew<typeof lineWorkflow>({ repository, branch }, line);
    }
  }

  /** A member that closed meanwhile has no use for it. */
  function send(grant: Grant): void {
    const { member, ticket, settles, followers, proof } = grant;
    sending += 1;
    getExternalWorkflowHandle(member)
      .signal(grantTurnSignal, { ticket, settles, followers: [...followers], proof } satisfies GrantTurn)
      .catch(() => {
        log.info('A member of the line had closed', { member });
        leave(line, grant);
        changes += 1;
      })
      .finally(() => {
        sending -= 1;
      });
  }
}

function showStanding(target: string, { holder, waiting, settling }: LineData): void {
  const rows = [
    ...(holder === undefined ? [] : [`| ${holder.member} | merges |`]),
    ...settling.map(({ member }) => `| ${member} | settles a conflict |`),
    ...waiting.map(({ member }) => `| ${member} | waits |`),
  ];
  setCurrentDetails(`Merges into ${target}\n\n| who | |\n|---|---|\n${rows.join('\n')}`);
}
