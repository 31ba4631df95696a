/** A process that runs one durable command, to be killed in the middle of it. */
import { type DurableCommand, runDurableCommand } from '../../activities/terminal/run-command.ts';

process.once('message', (command: DurableCommand) => {
  void runDurableCommand(command).finally(() => process.disconnect());
});
process.send?.('ready');
