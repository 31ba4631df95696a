/** A Temporal of the person's own, asked as its clients ask. Import it where it is needed: its packages take 35 MB. */
import { Connection } from '@temporalio/client';
import type { Config } from '../../config/config.ts';

/** Why Temporal cannot be used, or nothing: asks for the namespace. */
export async function temporalProblem({
  address,
  connection,
  namespace,
}: Config['temporal']): Promise<string | undefined> {
  let client: Connection | undefined;
  try {
    client = await Connection.connect({ ...connection, address, connectTimeout: 3_000 });
    await client.withDeadline(Date.now() + 3_000, () =>
      (client as Connection).workflowService.describeNamespace({ namespace }),
    );
    return undefined;
  } catch (error) {
    return (error as { details?: string }).details ?? (error as Error).message;
  } finally {
    await client?.close();
  }
}

/** Whether somebody has asked for workflow tasks of the queue since then. */
export async function isPolled(temporal: Config['temporal'], taskQueue: string, since: Date): Promise<boolean> {
  const { address, connection, namespace } = temporal;
  const client = await Connection.connect({ ...connection, address, connectTimeout: 3_000 });
  try {
    const { pollers } = await client.withDeadline(Date.now() + 3_000, () =>
      client.workflowService.describeTaskQueue({ namespace, taskQueue: { name: taskQueue }, taskQueueType: 1 }),
    );
    return (pollers ?? []).some(
      ({ lastAccessTime: at }) => Number(at?.seconds ?? 0) * 1_000 >= since.getTime() - 1_000,
    );
  } finally {
    await client.close();
  }
}
