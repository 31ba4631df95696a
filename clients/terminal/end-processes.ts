/** The end of all that runs of one durable command, by its cookie. */
import { join } from 'node:path';
import { exec } from '../../exec.ts';

const END = join(import.meta.dirname, 'end.sh');
/** In ms; asking and insisting take four seconds at most. */
export const END_TIMEOUT_MS = 10_000;

/** `leader` is the pid of the command's session while its wrapper lives. Idempotent: what has ended stays so. */
export async function endProcesses(cookie: string, leader = ''): Promise<void> {
  await exec({ file: 'sh', args: [END, cookie, leader], timeoutMs: END_TIMEOUT_MS });
}
