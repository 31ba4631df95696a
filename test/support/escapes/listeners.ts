/** Programs outside that would answer: on every kind of socket, each with the canary for whoever gets through. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { required } from '../environment.ts';

export async function listenEverywhere({ path, abstract, canary }: { path: string; abstract: string; canary: string }) {
  const seen: string[] = [];
  const servers: Server[] = [];
  const listen = async (name: string, where: { path: string } | { port: 0; host: string }): Promise<string> => {
    const server = createServer((socket) => {
      seen.push(name);
      socket.on('error', () => {});
      socket.end(`${canary}\n`);
    });
    servers.push(server);
    server.listen(where);
    await once(server, 'listening');
    return String((server.address() as AddressInfo).port);
  };
  const datagrams = createSocket('udp4', () => seen.push('datagram'));
  datagrams.bind(0, '127.0.0.1');
  await once(datagrams, 'listening');
  const variables = {
    PORT: await listen('tcp', { port: 0, host: '0.0.0.0' }),
    PORT6: await listen('tcp6', { port: 0, host: '::1' }),
    UDP_PORT: String(datagrams.address().port),
    PG_PORT: new URL(required('FACTORY_TEST_POSTGRES_URL')).port,
    HOST_ADDRESS: ownAddress(),
  };
  await listen('unix', { path });
  await listen('abstract', { path: `\0${abstract}` });
  return {
    variables,
    visits: () => seen.splice(0),
    close() {
      for (const server of servers) server.close();
      datagrams.close();
    },
  };
}

/** An address of a network card, where there is one. */
function ownAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1';
}
