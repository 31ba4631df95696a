/** How much a program and what it started have done so far, by /proc: CPU time and bytes to and from disks. */
import { readdirSync, readFileSync } from 'node:fs';

/** A number that only stands still while they all do nothing; undefined where the system does not tell (macOS). */
export function effortOf(pid: number): number | undefined {
  let effort: number | undefined;
  const pids = [pid];
  for (const each of pids) {
    const ticks = ticksOf(each);
    if (ticks === undefined) continue;
    effort = (effort ?? 0) + ticks + bytesOf(each);
    pids.push(...childrenOf(each));
  }
  return effort;
}

/** utime, stime and those of its children that have ended; the name before them may hold spaces and brackets. */
function ticksOf(pid: number): number | undefined {
  const stat = textOf(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0);
}

/** Bytes that really reached a disk or came from one: those of a connection would count its keep-alive too. */
function bytesOf(pid: number): number {
  const io = textOf(`/proc/${pid}/io`) ?? '';
  return [...io.matchAll(/^(?:read|write)_bytes: (\d+)$/gm)].reduce((sum, [, bytes]) => sum + Number(bytes), 0);
}

function childrenOf(pid: number): number[] {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    const lists = threads.map((thread) => textOf(`/proc/${pid}/task/${thread}/children`) ?? '');
    return lists.flatMap((list) => list.split(' ').filter(Boolean).map(Number));
  } catch {
    return [];
  }
}

/** The text of a file; undefined where it cannot be read. */
export function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
