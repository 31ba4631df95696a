/** Ports of this machine: whether one is free, whether one answers, and one that nobody uses. */
import { randomInt } from 'node:crypto';
import { connect, createServer } from 'node:net';
import { isRefusedPort } from '../../config/refused-ports.ts';

export interface PortUse {
  readonly port: number;
  readonly part: string;
  /** What to set to use another. */
  readonly variable: string;
}

export const portAnswers = (port: number, host = '127.0.0.1'): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host, timeout: 1_000 });
    const settle = (answers: boolean) => {
      socket.destroy();
      resolve(answers);
    };
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
    socket.once('timeout', () => settle(false));
  });

/** Listening is the proof: a port can be taken by somebody who does not answer. */
export const portIsFree = (port: number, host = '127.0.0.1'): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });

/** Below those that systems give to outgoing connections, which would take it before whoever asked. */
const FREE_PORTS = { from: 10_000, to: 32_000 };

/** A port that nobody listens at now. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const port = randomInt(FREE_PORTS.from, FREE_PORTS.to);
    if (!isRefusedPort(port) && (await portIsFree(port))) return port;
  }
  throw new Error(`No free port was found between ${FREE_PORTS.from} and ${FREE_PORTS.to}`);
}

/** One sentence for each port that somebody else has. */
export async function takenPorts(uses: readonly PortUse[]): Promise<{ use: PortUse; problem: string }[]> {
  const free = await Promise.all(uses.map(({ port }) => portIsFree(port)));
  return uses
    .filter((_, index) => !free[index])
    .map((use) => ({
      use,
      problem: `Port ${use.port} for ${use.part} is taken by another program. Stop that one, or set ${use.variable} to a free port.`,
    }));
}
