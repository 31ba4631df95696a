/** Writes the projection again from Temporal: `npm run db:rebuild [-- epic…]`. Safe while the factory runs. */
import { Client, Connection } from '@temporalio/client';
import { rebuildProjection } from '../activities/rebuild.ts';
import { storedWithoutSecrets } from '../activities/secrets/redact.ts';
import { loadConfig } from '../config/config.ts';
import { connect } from '../db/connection.ts';

const config = loadConfig();
const epicIds = process.argv.slice(2);
const db = connect(config.databaseUrl, { max: 2, clean: storedWithoutSecrets });
const connection = await Connection.connect(config.temporal.connection);
try {
  const temporal = new Client({ connection, namespace: config.temporal.namespace });
  await rebuildProjection(
    { db, temporal },
    {
      ...(epicIds.length === 0 ? {} : { epicIds }),
      onEpic: (epicId, records) => console.log(`${epicId}: ${records} records`),
    },
  );
} finally {
  await connection.close();
  await db.destroy();
}
