/** The process behind `factory <command>`. */
import { loadConfig } from '../config.ts';
import { run } from './program.ts';

const { stdout, stderr } = process;
process.exitCode = await run(process.argv.slice(2), { config: loadConfig, stdout, stderr });
