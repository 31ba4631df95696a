/** A connection of its own that waits for NOTIFY: what wakes the readers of changes. */
import pg from 'pg';

export interface Listener {
  readonly onNotification: (payload: string) => void;
  /** Called once, unless `close` was called before. */
  readonly onLost: (error: Error) => void;
}

export interface Listening {
  /** Waits for nothing: of a connection that is gone nobody knows when it ends. */
  close(): void;
}

/** Rejects when PostgreSQL does not answer. That it resolves is no proof: a pooler may take LISTEN and deliver nothing. */
export type Listen = (listener: Listener) => Promise<Listening>;

export const createListen =
  (databaseUrl: string): Listen =>
  async ({ onNotification, onLost }) => {
    const client = new pg.Client({
      connectionString: databaseUrl,
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      application_name: 'factory events',
    });
    let isOpen = true;
    const lost = (error: Error) => {
      if (isOpen) onLost(error);
      isOpen = false;
    };
    const close = () => {
      isOpen = false;
      client.end().catch(() => undefined);
    };
    client.on('notification', ({ payload = '' }) => onNotification(payload));
    client.on('error', lost);
    client.on('end', () => lost(new Error('The connection ended')));
    try {
      await client.connect();
      await client.query('listen factory_changes');
    } catch (error) {
      close();
      throw error;
    }
    return { close };
  };
