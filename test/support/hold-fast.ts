/** A folder that nothing can be deleted from. */
import { execFile } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import { promisify } from 'node:util';

/** For root by the flag that even root obeys. */
export async function holdFast(folder: string, isHeld: boolean): Promise<void> {
  if (process.getuid?.() !== 0) return await chmod(folder, isHeld ? 0o555 : 0o755);
  await promisify(execFile)('chattr', [isHeld ? '+i' : '-i', folder]);
}
