/** Loaded into the process of each test file, which leaves the CPU time that it took. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';

const TICKS_A_SECOND = 100;

const folder = process.env.FACTORY_TEST_TIMES;
const file = process.argv[1] ?? '';
if (folder !== undefined && isMainThread && process.platform === 'linux') {
  process.once('exit', () => {
    const stat = readFileSync('/proc/self/stat', 'utf8');
    // Behind the name, which may hold blanks: user and system time, then those of the children that it waited for.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    writeFileSync(join(folder, String(process.pid)), `${file}\n${ticks / TICKS_A_SECOND}`);
  });
}
