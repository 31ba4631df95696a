/** Hosts and what runs on them as the API returns them. Absent values are null. */
import { z } from 'zod';
import { Hold } from '../../workflows/contract/states.ts';
import { AgentFields, Time } from './common.ts';
import { FactoryPause } from './system.ts';

const HostFields = z.object({
  name: z.string(),
  capacity: z.number().int(),
  taken: z.number().int().describe('slots that tasks and epics hold'),
  sandbox: z.string().nullable().describe('the sandbox that agents’ commands run in there'),
  lastSeenAt: Time,
  refusal: z.string().nullable().describe('why it takes no more work, while it does not'),
  leftAt: Time.nullable().describe('since when its last worker process has signed off'),
});

export const Host = HostFields.meta({ id: 'Host' });

const HeldPlacement = z.object({
  epicId: z.string(),
  epicTitle: z.string().nullable(),
  taskKey: z.string().nullable().describe('null for what the epic does itself'),
  title: z.string().nullable(),
  since: Time,
});

export const Fleet = z
  .object({
    pause: FactoryPause.describe('of the whole factory, while it is paused'),
    hosts: z.array(
      HostFields.extend({ placements: z.array(HeldPlacement).describe('what holds its slots, longest first') }),
    ),
    lostPlacements: z
      .array(HeldPlacement.extend({ host: z.string() }))
      .describe('slots that are held on hosts that are not there'),
    agents: z
      .array(
        z.object({
          id: z.string(),
          epicId: z.string(),
          epicTitle: z.string().nullable(),
          taskKey: z.string().nullable(),
          taskTitle: z.string().nullable(),
          host: z.string().nullable().describe('where its task is placed'),
          ...AgentFields,
          hold: Hold.nullable(),
          turn: z.number().int(),
          since: Time.describe('when its last answer came, or when it began'),
          startedAt: Time,
          lastLine: z
            .string()
            .nullable()
            .describe('what it said or called last, at most 200 characters, control characters made visible'),
        }),
      )
      .describe('agents that have not ended, longest first, at most 500'),
    providerHolds: z
      .array(z.object({ provider: z.string(), model: z.string(), until: Time, reason: z.string() }))
      .describe('quotas that hold calls of a model'),
    forgeLimits: z
      .array(
        z.object({
          host: z.string(),
          quota: z.number().int(),
          remaining: z.number().int(),
          resetsAt: Time,
          silentUntil: Time.nullable().describe('the forge asked everybody to be silent until then'),
        }),
      )
      .describe('what the forge allows, as it said last'),
    epics: z.object({
      admitted: z.number().int().describe('open epics that run'),
      waiting: z.number().int().describe('open epics that wait for admission'),
      atOnce: z.number().int().nullable().describe('how many may run; null while the supervisor does not answer'),
    }),
    limits: z
      .object({
        tasks: z.number().int().describe('of an epic at once'),
        attempts: z.number().int(),
        rounds: z.number().int(),
        turns: z.number().int(),
        budgetUsd: z.number(),
      })
      .nullable()
      .describe('what an epic gets that says nothing else, as the API’s process is configured'),
    versions: z.object({
      factory: z.string(),
      node: z.string().describe('of the API’s process'),
      postgres: z.string(),
      temporal: z.string().nullable().describe('null while the server does not answer'),
    }),
  })
  .meta({ id: 'Fleet' });
