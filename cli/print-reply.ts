/** What the epic said to a message, as text and exit code. */
import type { Reply } from './api.ts';
import { EXIT } from './exit.ts';
import type { Output } from './output.ts';

/** `key`: of a message that counts again when it is sent without it. */
export function printReply(out: Output, reply: Reply, key?: string): number {
  if (reply.status === 'pending') {
    out.result(reply, `Pending: ${reply.message}${key === undefined ? '' : ` (--key ${key})`}`);
    return EXIT.pending;
  }
  out.result(reply, reply.message);
  return EXIT.ok;
}
