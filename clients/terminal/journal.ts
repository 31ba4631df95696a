/**
 * The journal of a durable command: `script launch filter secrets stop exit started/{pid,output}` in a folder of the host's state.
 * The activity writes script, launch, filter, secrets and stop; the wrapper in the tmux window makes `started` and writes the rest.
 */

import { createHash, randomBytes } from 'node:crypto';
import { open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { storable } from '../../db/text.ts';
import { makeFolder } from '../make-folder.ts';
import { exists, readIfThere } from '../read-if-there.ts';

/** Why a command was ended before its time; the first reason stays. */
export type StopReason = 'timeout' | 'cancelled' | 'output';

/**
 * A mark, away from the journal, that something may have begun: set when its journal is there and before it begins. So
 * what is marked and has no journal has lost it, and must not begin again.
 */
export interface BeginMark {
  readonly isSet: boolean;
  readonly set: () => Promise<void>;
}

/** Bytes of a command's output that are kept: half from its start, half from its end. */
const KEPT_BYTES = 2 * 1024 * 1024;

/** Names the command in its processes' environment and in its window's command line. */
export function cookieOf(journalDir: string): string {
  return createHash('sha256').update(journalDir).digest('hex').slice(0, 32);
}

/** Writes a journal whole or, when there is one already, not at all; returns whether it did. */
export async function writeJournal(
  journalDir: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<boolean> {
  if (await exists(journalDir)) return false;
  const draft = join(dirname(journalDir), `.${basename(journalDir)}.${randomBytes(4).toString('hex')}`);
  await makeFolder(draft, { mode: 0o700 });
  for (const [name, content] of Object.entries(files)) await writeFile(join(draft, name), content, { mode: 0o600 });
  try {
    await rename(draft, journalDir);
    return true;
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (await exists(journalDir)) return false;
    throw error;
  }
}

export const isStarted = (journalDir: string): Promise<boolean> => exists(join(journalDir, 'started'));

/** The exit code, once nothing of the command runs any more; one that a power cut left empty is unknown. */
export async function readExit(journalDir: string): Promise<number | undefined> {
  const code = Number.parseInt((await readIfThere(join(journalDir, 'exit'))) ?? '', 10);
  return Number.isNaN(code) ? undefined : code;
}

/** The pid of the command's session and process group, meaningful while its wrapper lives. */
export async function readLeader(journalDir: string): Promise<string> {
  return (await readIfThere(join(journalDir, 'started', 'pid')))?.trim() ?? '';
}

export async function readStop(journalDir: string): Promise<StopReason | undefined> {
  return (await readIfThere(join(journalDir, 'stop')))?.trim() as StopReason | undefined;
}

export async function writeStop(journalDir: string, reason: StopReason): Promise<void> {
  await writeFile(join(journalDir, 'stop'), reason, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}

/** Bytes that the command has written so far. */
export async function outputBytes(journalDir: string): Promise<number> {
  return (await stat(outputFile(journalDir)).catch(() => undefined))?.size ?? 0;
}

/** The output as text that PostgreSQL can hold, in bounded memory: of a long one, head and tail with a line about the rest. */
export async function readOutput(journalDir: string, keptBytes = KEPT_BYTES): Promise<string> {
  const file = await open(outputFile(journalDir)).catch(() => undefined);
  if (file === undefined) return '';
  try {
    const { size } = await file.stat();
    const read = async (position: number, length: number) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
      return buffer.subarray(0, bytesRead);
    };
    if (size <= keptBytes) return asText(await read(0, size));
    const half = Math.floor(keptBytes / 2);
    const head = withoutPartialEnd(await read(0, half));
    const tail = withoutPartialStart(await read(size - half, half));
    const cut = size - head.length - tail.length;
    return `${asText(head)}\n[… ${cut} of ${size} bytes were cut out here …]\n${asText(tail)}`;
  } finally {
    await file.close();
  }
}

const outputFile = (journalDir: string): string => join(journalDir, 'started', 'output');

const asText = (bytes: Buffer): string => storable(bytes.toString('utf8'));

const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

// A character is at most 4 bytes, so at most 3 belong to one that was cut; more than that is no UTF-8 to begin with.
function withoutPartialStart(bytes: Buffer): Buffer {
  let start = 0;
  while (start < 3 && isContinuation(bytes[start])) start++;
  return bytes.subarray(start);
}

function withoutPartialEnd(bytes: Buffer): Buffer {
  let last = bytes.length - 1;
  while (last > bytes.length - 4 && isContinuation(bytes[last])) last--;
  return (bytes[last] ?? 0) >= 0xc0 ? bytes.subarray(0, last) : bytes;
}
