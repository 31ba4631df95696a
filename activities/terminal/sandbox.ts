/**
 * What stands between an agent's command and the host. Nothing yet: the sandbox comes with the next issue, behind this
 * interface, and until then `sandboxPosture` says so and commands run with the rights of the worker process.
 */

export interface SandboxOptions {
  /** The worktree: readable, and writable unless `readOnly`. */
  readonly worktree: string;
  /** The command's private folder for temporary files. */
  readonly tmp: string;
  readonly readOnly: boolean;
  /** Besides what every command may read: the shell, the script. */
  readonly readable: readonly string[];
  /** Besides worktree and tmp: where cwd and variables carry over. */
  readonly writable: readonly string[];
}

export type SandboxSetting = 'auto' | 'off';

export interface SandboxPosture {
  readonly kind: 'none';
  /** For people: doctor, evidence, the answer of /health. */
  readonly description: string;
}

/** The argv that runs `argv` inside the sandbox. */
export function sandboxed(argv: readonly string[], _options: SandboxOptions): readonly string[] {
  return argv;
}

/** Which sandbox commands run in. */
export function sandboxPosture(setting: SandboxSetting): SandboxPosture {
  const reason = setting === 'off' ? 'it is turned off (SANDBOX=off)' : 'this version has none yet';
  return { kind: 'none', description: `No sandbox: ${reason}; commands run with the rights of the worker process.` };
}
