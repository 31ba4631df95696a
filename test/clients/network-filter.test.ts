/** The proxy of a command that may reach some hosts, as the program that it is. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, test } from 'node:test';
import { absolute } from '../../config/files.ts';
import { onPath } from '../../local/programs/find.ts';

const folder = mkdtempSync(join(tmpdir(), 'network-filter-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('bridges that do not come up in time, as on a busy machine, are tried again', async () => {
  const socat = onPath('socat');
  assert.ok(socat !== undefined);
  const late = join(folder, 'late');
  const script = `#!/bin/sh\nmkdir ${late} 2>/dev/null && exec sleep 30\nexec ${socat} "$@"\n`;
  writeFileSync(join(folder, 'socat'), script, { mode: 0o755 });
  const program = [absolute('clients/terminal/network-filter.ts'), '["127.0.0.1:1"]', 'sh', '-c', 'exit 5'];
  const env = { ...process.env, PATH: [folder, process.env.PATH].join(delimiter) };
  const exitCode = await new Promise((resolve) => {
    execFile(process.execPath, program, { env }, (error) => resolve(error?.code));
  });
  assert.equal(existsSync(late), true);
  assert.equal(exitCode, 5);
});
