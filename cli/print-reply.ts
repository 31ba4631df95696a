/** What the epic said to a message, as text and exit code. */
import type { Reply } from './api.ts';
import { EXIT } from './exit.ts';
import type { Output } from './output.ts';

export function printReply(out: Output, reply: Reply): number {
  if (reply.status === 'pending') {
    out.result(reply, `Pending: ${reply.message}`);
    return EXIT.pending;
  }
  out.result(reply, reply.message);
  return EXIT.ok;
}
