/** The process behind `factory <command>`. */
import { readApiAccess } from '../config/api.ts';
import { run } from './program.ts';

const { stdin, stdout, stderr } = process;
// The reader may go away (`| head`, a closed terminal); a stack must still be stopped in order then.
for (const stream of [stdout, stderr]) stream.on('error', () => {});
const config = async (env?: NodeJS.ProcessEnv) => (await import('../config/config.ts')).loadConfig(env);
const access = async () => readApiAccess() ?? config();
process.exitCode = await run(process.argv.slice(2), { config, access, stdin, stdout, stderr });
