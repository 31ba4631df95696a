/** Connections without a request, as browsers open them ahead of need and fetch after it: they keep no server from closing. */
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** Node closes idle connections by itself, but waits a minute for the first request of a new one. */
export function closeUnused(app: Pick<FastifyInstance, 'addHook' | 'server'>): void {
  const open = new Set<Socket>();
  app.server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  app.addHook('preClose', async () => {
    for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
  });
}
