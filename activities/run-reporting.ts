/** Runs a check so that its test runner reports, and takes in what it reported. */
import { join } from 'node:path';
import type { Check } from '../workflows/contract/settings.ts';
import type { RunSetupInput } from '../workflows/contract/verification.ts';
import { type PolicyCommand, type PolicyResult, runPolicyCommand, type VerifyDependencies } from './policy-command.ts';
import { type Collected, collectReport } from './reports/collect-report.ts';
import { readPlain } from './reports/read-files.ts';
import { blamesVariables, CONFIGURATION_FILES, REPORT_TOOLS, reportVariables } from './reports/report-variables.ts';

/** A check is never red because of our variables: one that refuses them runs again without, and its output says so. */
export async function runReporting(
  dependencies: VerifyDependencies,
  input: RunSetupInput,
  running: PolicyCommand,
  check: Check | undefined,
): Promise<PolicyResult> {
  if (check === undefined || check.report !== undefined) return runPolicyCommand(dependencies, input, running);
  const { command } = check;
  const texts = CONFIGURATION_FILES.map((name) =>
    readPlain(join(running.cwd, name), { maxBytes: 1 << 20, since: 0 }).catch(() => undefined),
  );
  const configuration = (await Promise.all(texts)).join('\n');
  const variables = (folder: string) => reportVariables({ folder, command, configuration });
  const reports = { tools: REPORT_TOOLS, variables };
  const result = await runPolicyCommand(dependencies, input, { ...running, reports });
  const isRed = !result.interrupted && !result.timedOut && result.exitCode !== 0;
  if (!isRed || !blamesVariables(result.output, result.reports.given)) return result;
  const bare = await runPolicyCommand(dependencies, input, { ...running, name: `${running.name}-bare` });
  return { ...bare, output: `${bare.output.replace(/\n*$/, '\n')}${AGAIN}\n` };
}

const AGAIN = "It was run again without the factory's variables.";

/** Reads the report of a command that has ended in the checkout `root`; of a long output all of it. */
export async function collectFrom(
  check: Check,
  root: string,
  { output, reports: { readAll, ...reports } }: PolicyResult,
): Promise<Collected> {
  return collectReport({ check, root, ...reports, ...(CUT.test(output) ? await readAll() : { output }) });
}

/** As clients/terminal/journal.ts says it. */
const CUT = /^\[… \d+ of \d+ bytes were cut out here …\]$/m;

/** Lines about the report for the evidence. */
export function reportWords(collected: Collected | undefined): string[] {
  if (collected?.kind === 'missing') return [`There is no report of its tests: ${collected.reason}.`];
  return collected?.kind === 'unreadable' ? [`The report of its tests cannot be read: ${collected.reason}.`] : [];
}
