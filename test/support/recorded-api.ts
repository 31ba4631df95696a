/** An API without Temporal, over records of a test file's own. */
import type { Database } from '../../db/connection.ts';
import { absentTemporal, createApi, type TestApi } from './api.ts';
import { createDatabase } from './database.ts';
import { recorder } from './recording.ts';

export interface RecordedApi {
  readonly db: Database;
  readonly api: TestApi;
  readonly record: ReturnType<typeof recorder>;
  /** Call it in `after`. */
  close(): Promise<void>;
}

export async function openRecordedApi(options: Parameters<typeof createApi>[2] = {}): Promise<RecordedApi> {
  const { db, drop } = await createDatabase();
  const api = await createApi(db, absentTemporal(), options);
  return {
    db,
    api,
    record: recorder(db),
    async close(): Promise<void> {
      await api.close();
      await drop();
    },
  };
}
