/** A worker process: `node worker/main.ts [--serve factory,model,host]`. */
import { parseArgs } from 'node:util';
import { loadConfig } from '../config/config.ts';
import { bundleWorkflows } from './bundle.ts';
import { SERVABLE, type Servable } from './create-workers.ts';
import { runWorker } from './run-worker.ts';

const { values } = parseArgs({ options: { serve: { type: 'string', default: SERVABLE.join(',') } } });
const serve = values.serve.split(',').map((word) => word.trim());
const unknown = serve.filter((word) => !SERVABLE.includes(word as Servable));
if (unknown.length > 0) {
  console.error(`--serve takes ${SERVABLE.join(', ')}; not: ${unknown.join(', ')}`);
  process.exit(2);
}
const config = loadConfig();
await runWorker({ config, serve: serve as Servable[], workflowBundle: bundleWorkflows() });
