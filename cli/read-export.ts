/** The bundle of an epic as the API sends it now. */
import type { Api } from './api.ts';
import { CommandFailure, EXIT } from './exit.ts';

/** Its bytes as they come; a connection that breaks is told as such. */
export async function readExport({ client, ask }: Api, id: string): Promise<AsyncIterable<Uint8Array>> {
  const call = client.GET('/epics/{id}/export', { params: { path: { id } }, parseAs: 'stream' });
  return unbroken((await ask(call, true)) as unknown as AsyncIterable<Uint8Array>);
}

export const brokenOff = (why: string): CommandFailure =>
  new CommandFailure(EXIT.unreachable, `The export broke off: ${why}`, 'Unavailable');

async function* unbroken(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes;
  } catch (error) {
    throw brokenOff((error as Error).message);
  }
}
