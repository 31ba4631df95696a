/** `factory start`: the whole stack on this machine, until Ctrl-C. */
import { once } from 'node:events';
import type { Command } from 'commander';
import type { Config } from '../../config/config.ts';
import { sentence } from '../../local/programs/finding.ts';
import type { Stack } from '../../local/stack/stack.ts';
import { action, type Context, createCommand, type Io } from '../command.ts';
import { CommandFailure, EXIT } from '../exit.ts';
import { stopOnSignals } from '../stop-signals.ts';

export const startCommand = (io: Io): Command =>
  createCommand('start')
    .option('--watch', 'restart worker and API when a source file changes')
    .addHelpText(
      'after',
      `
State, logs and processes.json are in STATE_DIR (default .factory). A process that dies is started again. Ctrl-C stops
everything but the commands that agents have running: those stay in tmux and are found again by the next start.
With DATABASE_URL and TEMPORAL_ADDRESS set, those servers are used instead of embedded ones.`,
    )
    .action(action(io, start));

async function start(context: Context, { watch = false }: { watch?: boolean }): Promise<number> {
  const { out } = context;
  const config = await context.config();
  const stopping = stopOnSignals(out);
  const stopped = once(stopping.signal, 'abort');
  try {
    await requireParts(context, config);
    const [{ startStack }, { trimHeap }] = await Promise.all([
      import('../../local/stack/stack.ts'),
      import('../../trim-heap.ts'),
    ]);
    const say = (line: string) => out.remark(out.colors.dim(line));
    const stack = await startStack(config, { say, watch, signal: stopping.signal });
    stopping.stops(stack);
    out.event({ urls: stack.urls, stateDir: config.stateDir, processes: stack.processes() });
    out.line(banner(context, config, stack));
    trimHeap();
    await stopped;
    await stack.stopped();
    await tellCommands(context, config);
  } catch (error) {
    // What was still starting was stopped on request.
    if (!stopping.signal.aborted) throw error;
  } finally {
    stopping.end();
  }
  return EXIT.ok;
}

/** What is there costs a moment; what is missing is obtained or named. */
export async function requireParts({ out }: Context, config: Config): Promise<void> {
  const { setUp } = await import('../../local/machine/setup.ts');
  const findings = await setUp(config, {
    forTests: false,
    tell: (finding) => out.remark(out.colors.dim(sentence(finding))),
  });
  const missing = findings.filter((finding) => !finding.ok && finding.required);
  if (missing.length > 0) {
    throw new CommandFailure(
      EXIT.failed,
      `Not everything that is needed is there.\n${missing.map(sentence).join('\n')}`,
    );
  }
}

function banner({ out }: Context, config: Config, { urls }: Stack): string {
  const { bold, cyan } = out.colors;
  return [
    bold('FactoryFactory runs.'),
    `  Dashboard        ${cyan(urls.pages)}`,
    `  API              ${cyan(urls.api)}  (documentation: ${urls.api}/docs)`,
    `  Temporal Web UI  ${urls.temporalUi === undefined ? `of ${config.temporal.address}` : cyan(urls.temporalUi)}`,
    `  Model            ${urls.model === undefined ? (config.model.baseUrl ?? 'Claude') : 'scripted (no ANTHROPIC_API_KEY)'}`,
    `  Logs             ${config.stateDir}/logs`,
    '',
    'Give it work:      bin/factory submit --title "…" --description "…"',
    'Stop:              Ctrl-C',
  ].join('\n');
}

/** Commands of agents outlive the stack on purpose; a person who stops for good should know how to end them. */
async function tellCommands({ out }: Context, config: Config): Promise<void> {
  const { ownSessions } = await import('../../local/stack/terminal.ts');
  const sessions = await ownSessions(config).catch(() => []);
  if (sessions.length === 0) return;
  out.remark(`Running commands stay in tmux (${sessions.join(', ')}) and are found again by the next start.`);
  out.remark('End them with: bin/factory stop --commands');
}
