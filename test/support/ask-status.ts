/** The `status` query of an execution, asked again when something was sent to it while the query was on its way. */
import { AHEAD } from '../../workflows/events-ahead.ts';

interface Asked {
  query<T>(name: string): Promise<T>;
}

export async function askStatus<T>(handle: Asked): Promise<T> {
  for (;;) {
    try {
      return await handle.query<T>('status');
    } catch (error) {
      if (!String(error).includes(AHEAD)) throw error;
    }
  }
}
