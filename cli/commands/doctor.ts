/** `factory doctor`: the state of this machine and its configuration as a table. */
import type { Command } from 'commander';
import type { Finding } from '../../local/programs/finding.ts';
import { action, type Context, createCommand, type Io } from '../command.ts';
import { type Output, table } from '../output.ts';
import { exitCodeOf } from './setup.ts';

export const doctorCommand = (io: Io): Command =>
  createCommand('doctor')
    .addHelpText(
      'after',
      '\nChanges nothing. Exits with 1 when something is missing or wrong that the factory cannot run without.',
    )
    .action(action(io, doctor));

async function doctor({ out, config }: Context): Promise<number> {
  // Loaded when it is needed: with the SDKs it takes longer than most commands.
  const { examine } = await import('../../local/machine/doctor.ts');
  const findings = await examine(config);
  out.result(findings, () => render(out, findings));
  return exitCodeOf(findings);
}

function render({ colors }: Output, findings: readonly Finding[]): string {
  const rows = findings.map((finding) => {
    if (finding.ok) return [colors.green('✓'), finding.part, finding.detail];
    const color = finding.required ? colors.red : colors.yellow;
    return [color('✗'), finding.part, `${color(finding.why)}: ${finding.detail} → ${finding.remedy}`];
  });
  const wrong = findings.filter((finding) => !finding.ok && finding.required).length;
  const verdict = wrong === 0 ? 'Everything that is required is there.' : `${wrong} required: see ✗ above.`;
  return `${table(rows)}\n\n${verdict}`;
}
