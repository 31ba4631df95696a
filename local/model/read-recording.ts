/** Reads the file of a recording; a mistake is an error that names the file and the field. */
import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { RECORDING_FORMAT, Recording } from '../../workflows/contract/recording.ts';

const MOST_BYTES = 200_000_000;

export async function readRecording(path: string): Promise<Recording> {
  const { size } = await stat(path);
  if (size > MOST_BYTES) throw new Error(`${path} has ${size} bytes; a recording has at most ${MOST_BYTES}`);
  const json = parsed(path, await readFile(path, 'utf8'));
  const format = (json as { readonly format?: unknown } | null)?.format;
  if (format !== RECORDING_FORMAT) {
    const is = typeof format === 'string' ? `a file of the format ${format}` : 'no recording';
    throw new Error(`${path} is ${is}; \`factory record\` writes ${RECORDING_FORMAT}`);
  }
  const recording = Recording.safeParse(json);
  if (!recording.success) throw new Error(`${path} is not a valid recording:\n${z.prettifyError(recording.error)}`);
  return recording.data;
}

function parsed(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${path} is no JSON: ${(error as Error).message}`);
  }
}
