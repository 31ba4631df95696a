/** Reads the events of `go test -json`. Pure. */
import { type Outcome, type TestReport, type TestRun, UnreadableReport } from './test-report.ts';

const OUTCOMES: Readonly<Record<string, Outcome>> = { pass: 'passed', fail: 'failed', skip: 'skipped' };

/** Lines that are no event (of the build, or of another command) are passed over; an event that is cut off is not. */
export function readGoJson(text: string): TestReport {
  const runs: TestRun[] = [];
  let packages = 0;
  for (const line of text.split('\n')) {
    if (!line.startsWith('{')) continue;
    const event = eventOf(line);
    const { Action: action, Package: suite, Test: id } = event;
    if (typeof action !== 'string' || typeof suite !== 'string') continue;
    packages += 1;
    const outcome = OUTCOMES[action];
    if (outcome !== undefined && typeof id === 'string') runs.push({ id, suite, outcome });
  }
  if (packages === 0) throw new UnreadableReport('it has no event of go test');
  return { runs, counts: [] };
}

function eventOf(line: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(line) as Readonly<Record<string, unknown>>;
  } catch {
    throw new UnreadableReport('an event of it is cut off');
  }
}
