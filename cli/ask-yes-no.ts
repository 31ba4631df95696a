/** Yes or no from the person at the terminal. */
import { createInterface } from 'node:readline';
import type { Context } from './command.ts';

/** Whether there is somebody to ask: a terminal for reading and for writing, and no script that wants JSON. */
export const canAsk = ({ out, stdin }: Context): boolean => out.interactive && stdin?.isTTY === true;

/** What is said, or the default for an empty line; no when the input ends. */
export async function askYes({ stdin, stdout }: Context, question: string, preset: boolean): Promise<boolean> {
  if (stdin === undefined) return false;
  stdout.write(`${question} ${preset ? '[Y/n]' : '[y/N]'} `);
  const lines = createInterface({ input: stdin });
  for await (const line of lines) return line.trim() === '' ? preset : /^y(es)?$/i.test(line.trim());
  stdout.write('\n');
  return false;
}
