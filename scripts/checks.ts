/** What `npm test` looks at before it runs tests, side by side, since most of it uses one core: types, lint, generated files. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

const CHECKS = ['typecheck', 'lint', 'generated'];

/** What it says comes as a whole, when it has ended; returns whether it found nothing. */
async function run(name: string): Promise<boolean> {
  const child = spawn(`npm run --silent ${name} 2>&1`, { shell: true, stdio: ['ignore', 'pipe', 'inherit'] });
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  console.log(`${code === 0 ? '✓' : '✖'} npm run ${name}\n${said}`.trimEnd());
  return code === 0;
}

const results = await Promise.all(CHECKS.map(run));
process.exitCode = results.every(Boolean) ? 0 : 1;
