/** Which Temporal is used, and where its Web UI is. */
import { type ClientConnectConfig, loadClientConnectConfig } from '@temporalio/envconfig';
import { LOOPBACK } from './access.ts';
import type { Variables } from './variables.ts';

export interface TemporalProfile {
  readonly namespace: string;
  /** No TEMPORAL_ADDRESS (or profile) was given: `npm start` brings Temporal along. */
  readonly embedded: boolean;
  /** For Connection.connect and NativeConnection.connect: address, TLS, API key. */
  readonly connection: ClientConnectConfig['connectionOptions'];
}

/** Temporal's own variables and profile file count once one of them names a server; else it is the embedded one. */
export function readTemporal(given: Record<string, string | undefined>): TemporalProfile {
  const embedded = !['TEMPORAL_ADDRESS', 'TEMPORAL_PROFILE', 'TEMPORAL_CONFIG_FILE'].some((name) => name in given);
  const namespace = given.TEMPORAL_NAMESPACE ?? 'default';
  if (embedded) return { embedded, namespace, connection: {} };
  if (/[/\s]/.test(given.TEMPORAL_ADDRESS ?? '')) {
    throw new Error(`TEMPORAL_ADDRESS=${given.TEMPORAL_ADDRESS}, which is not host:port`);
  }
  const named = 'TEMPORAL_PROFILE' in given || 'TEMPORAL_CONFIG_FILE' in given;
  const profile = loadClientConnectConfig({ overrideEnvVars: given as Record<string, string>, disableFile: !named });
  return { embedded, namespace: profile.namespace ?? 'default', connection: profile.connectionOptions };
}

/** The embedded server's Web UI listens on this machine alone, which other machines that open the dashboard do not reach. */
export function temporalUiUrl(v: Variables, isEmbedded: boolean): string | undefined {
  if (v.TEMPORAL_UI_URL !== undefined) return v.TEMPORAL_UI_URL.replace(/\/+$/, '');
  return isEmbedded && LOOPBACK.test(v.BACKEND_HOST) ? `http://127.0.0.1:${v.TEMPORAL_UI_PORT}` : undefined;
}
