/** Builds the pages into dist/web, each file with a compressed one beside it: `node web/build.ts`. */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { build } from 'vite';

const ROOT = path.join(import.meta.dirname, '..');
/** Below it the header costs more than what is saved. */
const LEAST_BYTES = 1_000;

await build({ configFile: path.join(import.meta.dirname, 'vite.config.ts'), logLevel: 'warn' });
for (const file of globSync('dist/web/**/*.{js,css,html,svg}', { cwd: ROOT })) {
  const content = readFileSync(path.join(ROOT, file));
  if (content.length < LEAST_BYTES) continue;
  const options = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
  writeFileSync(path.join(ROOT, `${file}.br`), brotliCompressSync(content, options));
}
