/** `factory setup`: every part the factory needs, found or obtained. */
import type { Command } from 'commander';
import { type Finding, sentence } from '../../local/programs/finding.ts';
import { action, type Context, createCommand, type Io } from '../command.ts';
import { EXIT } from '../exit.ts';

export const setupCommand = (io: Io): Command =>
  createCommand('setup')
    .addHelpText(
      'after',
      `
Says one line for each part. Programs are obtained into the cache folder ($XDG_CACHE_HOME or ~/.cache, factoryfactory/);
what belongs to the system is named with the command that installs it, and installed on Debian as root.`,
    )
    .action(action(io, setup));

async function setup({ out, config }: Context): Promise<number> {
  const { setUp } = await import('../../local/machine/setup.ts');
  const findings = await setUp(await config(), { forTests: true, tell: (finding) => out.line(mark(finding)) });
  out.event(findings);
  return exitCodeOf(findings);

  function mark(finding: Finding): string {
    return `${finding.ok ? out.colors.green('✓') : out.colors.red('✗')} ${sentence(finding)}`;
  }
}

/** Only what is required makes the command fail. */
export const exitCodeOf = (findings: readonly Finding[]): number =>
  findings.some((finding) => !finding.ok && finding.required) ? EXIT.failed : EXIT.ok;
