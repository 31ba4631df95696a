/** What an epic has cost as the API returns it, in US dollars. Absent values are null. */
import { z } from 'zod';
import { Time } from './common.ts';

const Sum = {
  settledUsd: z.number().describe('of calls that have ended'),
  unknownUsd: z
    .number()
    .describe('part of settledUsd: calls whose answer got lost, at the most that they can have cost'),
  reservedUsd: z.number().describe('the most that calls under way can cost'),
  tokens: z.number().int().describe('read, cached or not, and written by calls that have ended'),
  calls: z.object({
    answered: z.number().int(),
    failed: z.number().int(),
    unknown: z.number().int(),
    open: z.number().int(),
  }),
};

export const Costs = z
  .object({
    epicId: z.string(),
    capUsd: z.number().nullable().describe('null until the epic has its settings, unless it was submitted with a cap'),
    capTokens: z.number().int().nullable().describe('null where tokens have no cap'),
    ...Sum,
    byPurpose: z.array(z.object({ purpose: z.string().nullable(), ...Sum })),
    byTask: z.array(
      z.object({
        taskKey: z.string().nullable().describe('null for the epic itself'),
        title: z.string().nullable(),
        capUsd: z.number().nullable().describe('its own cap, if it has one'),
        capTokens: z.number().int().nullable(),
        ...Sum,
      }),
    ),
    byAgent: z
      .array(
        z.object({
          agentId: z.string(),
          taskKey: z.string().nullable(),
          purpose: z.string().nullable(),
          attempt: z.number().int().nullable(),
          model: z.string(),
          state: z.string().nullable(),
          turns: z.number().int(),
          firstAt: Time,
          lastAt: Time,
          ...Sum,
        }),
      )
      .describe(
        'each attempt, failed ones too, in the order in which they began; one for each model that it was given',
      ),
    points: z
      .array(z.object({ at: Time, costUsd: z.number(), totalUsd: z.number(), calls: z.number().int() }))
      .describe('how the cost grew: a point a call, or where there are more than 500, a point for as many calls each'),
  })
  .meta({ id: 'Costs' });
