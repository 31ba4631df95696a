/** A disk of a few megabytes, for tests of what happens when it is full: a tmpfs, which only root may mount. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const canMount = process.platform === 'linux' && process.getuid?.() === 0 && tryMount();

export interface SmallDisk {
  /** Writes until nothing fits any more, but for `leftBytes`. */
  fill(leftBytes?: number): void;
  free(): void;
  remove(): void;
}

export function mountSmallDisk(path: string, megabytes: number): SmallDisk {
  mkdirSync(path, { recursive: true });
  execFileSync('sh', ['-c', 'mount -t tmpfs -o "size=$1m" tmpfs "$0"', path, String(megabytes)]);
  const filler = join(path, '.filler');
  return {
    fill(leftBytes = 0) {
      const { bavail, bsize } = statfsSync(path);
      writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - leftBytes)));
    },
    free: () => rmSync(filler),
    remove: () => void execFileSync('sh', ['-c', 'umount --lazy "$0"', path]),
  };
}

/** A container's root often may not. */
function tryMount(): boolean {
  const path = join('/tmp', `may-mount-${process.pid}`);
  try {
    mountSmallDisk(path, 1).remove();
    return true;
  } catch {
    return false;
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}
