/** What the stream of an agent's answer says. */
import { z } from 'zod';

const count = z.number().int().min(0);

/** An answer as far as it is written: each of its blocks that is shown, so that one which is missing is gone. */
export const Draft = z
  .object({
    turn: count,
    /** Of the turn: a call that failed is followed by another, whose draft has nothing of this one. */
    call: count,
    blocks: z.array(
      z.discriminatedUnion('kind', [
        /** `text` stands `offset` characters after the block's beginning. */
        z.object({ index: count, kind: z.enum(['text', 'thinking']), offset: count, text: z.string() }),
        /** A tool call that is being written; `characters` of its input so far. */
        z.object({ index: count, kind: z.literal('call'), name: z.string(), characters: count }),
      ]),
    ),
  })
  .meta({ id: 'Draft' });
