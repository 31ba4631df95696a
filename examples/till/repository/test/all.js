/** Runs every test in one process: `node test/all.js`. */
import { readdirSync } from 'node:fs';

for (const file of readdirSync(new URL('.', import.meta.url)).sort()) {
  if (file.endsWith('.test.js')) await import(`./${file}`);
}
