/** The person's own editor, on a file of its own that stays until what is in it has arrived. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ownEnvironment, variablesNamed } from '../config/environment.ts';
import { CommandFailure, EXIT } from './exit.ts';

export interface EditedFile {
  readonly file: string;
  /** Puts the text there, opens the editor and returns what was saved. */
  readonly edit: (text: string) => Promise<string>;
  readonly remove: () => Promise<void>;
}

/** `name` is what an editor shows; what it ends with says how it colors the text. */
export async function openEditedFile(name: string): Promise<EditedFile> {
  const folder = await mkdtemp(path.join(tmpdir(), 'factory-'));
  const file = path.join(folder, name);
  return {
    file,
    async edit(text) {
      await writeFile(file, text, { mode: 0o600 });
      await runEditor(file);
      return readFile(file, 'utf8');
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** As git does: the variable is a command with arguments of its own. */
function runEditor(file: string): Promise<void> {
  const { VISUAL, EDITOR } = variablesNamed(['VISUAL', 'EDITOR']);
  const editor = VISUAL || EDITOR || 'vi';
  return new Promise((resolve, reject) => {
    const child = spawn('sh', ['-c', `${editor} "$1"`, 'sh', file], { stdio: 'inherit', env: ownEnvironment() });
    const fail = (how: string) =>
      reject(
        new CommandFailure(
          EXIT.failed,
          `The editor (${editor}) ${how}; nothing was sent, and the text is in ${file}. Set VISUAL or EDITOR, or use --print and --file.`,
          'NotSent',
        ),
      );
    child.on('error', (error) => fail(`did not start: ${error.message}`));
    child.on('exit', (code, signal) => (code === 0 ? resolve() : fail(`ended with ${code ?? signal}`)));
  });
}
