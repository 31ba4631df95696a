/** The input of a tool as the API wants it described. */
import type Anthropic from '@anthropic-ai/sdk';
import { z } from 'zod';

/** The input side of a zod schema: what has a default need not be given. */
export function schemaOf(schema: z.ZodType): Anthropic.Tool.InputSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return rest as Anthropic.Tool.InputSchema;
}
