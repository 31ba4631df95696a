/** An embedded Temporal for the measurements, as the stack starts it, in a folder of its own. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { findTemporalCli } from '../local/programs/temporal.ts';
import { freePort } from '../local/stack/ports.ts';
import { temporalCommand } from '../local/stack/temporal.ts';

export interface BenchTemporal {
  readonly address: string;
  readonly client: Client;
  /** For workers. */
  readonly connection: NativeConnection;
  stop(): Promise<void>;
}

export async function startTemporal(): Promise<BenchTemporal> {
  const cli = await findTemporalCli();
  if (cli === undefined) throw new Error('The Temporal CLI is missing: run `npm run setup`');
  const folder = await mkdtemp(join(tmpdir(), 'factory-bench-'));
  const [port, uiPort] = [await freePort(), await freePort()];
  const { file, args, ...options } = temporalCommand({ cli, folder, port, uiPort, namespace: 'default' });
  const server = spawn(file, args, { ...options, stdio: 'ignore' });
  const ended = new Promise((resolve) => server.once('exit', resolve));
  const address = `127.0.0.1:${port}`;
  const client = new Client({ connection: await connectWhenUp(address, ended) });
  const connection = await NativeConnection.connect({ address });
  return {
    address,
    client,
    connection,
    async stop() {
      await connection.close();
      await client.connection.close();
      server.kill();
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function connectWhenUp(address: string, ended: Promise<unknown>): Promise<Connection> {
  let gone = false;
  void ended.then(() => {
    gone = true;
  });
  for (;;) {
    try {
      const connection = await Connection.connect({ address, connectTimeout: 1_000 });
      await connection.workflowService.describeNamespace({ namespace: 'default' });
      return connection;
    } catch (error) {
      if (gone) throw new Error('The embedded Temporal ended while it was started', { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
