/** Reads the TRX files of `dotnet test`. Pure. */
import { type Outcome, type TestReport, type TestRun, UnreadableReport } from './test-report.ts';
import { readXml } from './xml.ts';

const OUTCOMES: Readonly<Record<string, Outcome>> = {
  Passed: 'passed',
  NotExecuted: 'skipped',
  NotRunnable: 'skipped',
  Disconnected: 'skipped',
  Inconclusive: 'skipped',
  Pending: 'skipped',
};

export function readTrx(text: string): TestReport {
  const found: { readonly id: string; readonly testId: string; readonly outcome: Outcome }[] = [];
  const classes = new Map<string, string>();
  let unitTest = '';
  let isReport = false;
  readXml(text, {
    open(name, attributes) {
      if (name === 'TestRun') isReport = true;
      if (name === 'UnitTest') unitTest = attributes.id ?? '';
      if (name === 'TestMethod' && unitTest !== '') classes.set(unitTest, attributes.className ?? '');
      if (name === 'UnitTestResult') {
        const { testName = '', testId = '', outcome = '' } = attributes;
        found.push({ id: testName, testId, outcome: OUTCOMES[outcome] ?? 'failed' });
      }
    },
    close(name) {
      if (name === 'UnitTest') unitTest = '';
    },
  });
  if (!isReport) throw new UnreadableReport('it is no TRX file');
  const runs = found.map(({ id, testId, outcome }): TestRun => ({ id, suite: classes.get(testId) ?? '', outcome }));
  return { runs, counts: [] };
}
