/** A TCP proxy of the suite's own between the worker process and a server, whose connections can be made to suffer. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface Link {
  readonly port: number;
  /** Ends every connection with a reset, in the middle of whatever it carries. */
  reset(): void;
  /** Passes nothing on and takes no new connections until `mend`. */
  cut(): void;
  /** Passes everything on so much later, until `mend`. */
  delay(ms: number): void;
  mend(): void;
  close(): Promise<void>;
}

export async function startProxy(targetPort: number): Promise<Link> {
  const sockets = new Set<Socket>();
  let isCut = false;
  let delayMs = 0;

  const server = createServer((client) => {
    if (isCut) {
      client.resetAndDestroy();
      return;
    }
    const target = connect({ port: targetPort, host: '127.0.0.1' });
    couple(client, target);
    couple(target, client);
  });

  function couple(from: Socket, to: Socket): void {
    sockets.add(from);
    from.setNoDelay(true);
    from.on('data', (bytes) => {
      // What is dropped here was lost on the way: the connection hangs, as behind a firewall that forgot it.
      if (isCut) return;
      if (delayMs === 0) to.write(bytes);
      else setTimeout(() => to.write(bytes), delayMs);
    });
    from.on('end', () => to.end());
    from.on('error', () => to.destroy());
    from.on('close', () => {
      sockets.delete(from);
      to.destroy();
    });
  }

  const reset = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    reset,
    cut: () => {
      isCut = true;
    },
    delay: (ms) => {
      delayMs = ms;
    },
    mend: () => {
      // A connection that lost bytes is of no use any more, and late ones must not be overtaken.
      reset();
      isCut = false;
      delayMs = 0;
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      reset();
      await closed;
    },
  };
}
