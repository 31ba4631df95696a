/** The process behind `factory <command>`. */
import { loadConfig } from '../config.ts';
import { run } from './program.ts';

const { stdin, stdout, stderr } = process;
// Whoever reads may go away (`| head`, a closed terminal); a stack must still be stopped in order then.
for (const stream of [stdout, stderr]) stream.on('error', () => {});
process.exitCode = await run(process.argv.slice(2), { config: loadConfig, stdin, stdout, stderr });
