/** Whether a process of this machine runs. */
import { readFileSync } from 'node:fs';

/** A zombie is not alive; where nobody reaps orphans it stays for ever. One that is reaped between the looks has ended. */
export function isAlive(pid: number): boolean {
  return isThere(pid) && !isZombie(pid) && isThere(pid);
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function isZombie(pid: number): boolean {
  try {
    return / [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\)/s, ''));
  } catch {
    return false;
  }
}
