/** The Temporal runtime of a worker process: JSON log lines, and no more of Temporal's own than warnings. */
import { makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import pino from 'pino';
import { storedWithoutSecrets } from '../activities/secrets/redact.ts';

type Level = 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';

/** JSON lines, in which nothing looks like a secret any more; on stdout unless a stream is given. */
export function createLogger(logLevel: string, stream?: pino.DestinationStream): pino.Logger {
  const serializers = { error: pino.stdSerializers.err };
  const hooks = { streamWrite: (line: string) => `${storedWithoutSecrets(line.trimEnd())}\n` };
  const options = { level: logLevel, base: { process: 'worker' }, serializers, hooks };
  return stream === undefined ? pino(options) : pino(options, stream);
}

/** Install once a process, before any connection. SIGTERM and SIGINT let running activities end (shutdownGraceTime). */
export function installRuntime(logLevel: string): pino.Logger {
  const logger = createLogger(logLevel);
  const write = (level: 'trace' | 'debug' | 'info' | 'warn' | 'error') => (message: string, meta?: object) =>
    logger[level](meta ?? {}, message);
  Runtime.install({
    logger: {
      trace: write('trace'),
      debug: write('debug'),
      info: write('info'),
      warn: write('warn'),
      error: write('error'),
      log: (level: Level, message: string, meta?: object) =>
        logger[level.toLowerCase() as Lowercase<Level>](meta ?? {}, message),
    },
    telemetryOptions: { logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }) } },
    shutdownSignals: [],
  });
  return logger;
}
