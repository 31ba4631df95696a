/** The pages as they are being written, with the API beside them: `node web/dev-server.ts --port N --api URL`. */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createServer } from 'vite';
import { API_PREFIX } from './data/api-prefix.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '3000' },
    host: { type: 'string', default: '127.0.0.1' },
    api: { type: 'string', default: 'http://127.0.0.1:3001' },
  },
});

const server = await createServer({
  configFile: path.join(import.meta.dirname, 'vite.config.ts'),
  server: {
    host: values.host,
    port: Number(values.port),
    strictPort: true,
    proxy: { [API_PREFIX]: { target: values.api, rewrite: (url) => url.slice(API_PREFIX.length) } },
  },
});
await server.listen();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void server.close().then(() => process.exit(0)));
}
