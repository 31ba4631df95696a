/** Finds the processes that tests started and did not end. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export interface Leftover {
  readonly pid: number;
  readonly command: string;
  /** Empty where the system does not say it. */
  readonly cwd: string;
}

/**
 * Processes that belong to a run: its folder, which is every test's TMPDIR, shows in the environment, the command line
 * or the working directory. A tmux server, whose environment is emptied, still names its socket there.
 */
export function findLeftovers(folder: string): Leftover[] {
  const found = process.platform === 'linux' ? fromProc(folder) : fromPs(folder);
  return found.filter(({ pid }) => pid !== process.pid);
}

/** Ends them one by one, so that a failed run leaves nothing behind either. */
export function endLeftovers(leftovers: readonly Leftover[]): void {
  for (const { pid } of leftovers) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself in the meantime.
    }
  }
}

function fromProc(folder: string): Leftover[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const command = read(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'))
        .replaceAll('\0', ' ')
        .trim();
      const environment = read(() => readFileSync(`/proc/${pid}/environ`, 'utf8'));
      const cwd = read(() => readlinkSync(`/proc/${pid}/cwd`));
      // A zombie has no command line any more; nothing of it runs.
      const ours = command !== '' && [command, environment, cwd].some((text) => text.includes(folder));
      return ours ? [{ pid: Number(pid), command, cwd }] : [];
    });
}

/** Where there is no /proc, `ps -E` shows the environment behind the command. */
function fromPs(folder: string): Leftover[] {
  return execFileSync('ps', ['-axEww', '-o', 'pid=,command='], { encoding: 'utf8', maxBuffer: 64 << 20 })
    .split('\n')
    .filter((line) => line.includes(folder))
    .map((line) => {
      const [pid = '', ...command] = line.trim().split(/\s+/);
      return { pid: Number(pid), command: command.join(' ').slice(0, 200), cwd: '' };
    });
}

/** Processes end while they are looked at, and some belong to others. */
function read(look: () => string): string {
  try {
    return look();
  } catch {
    return '';
  }
}
