/** All injected orders, as docs/security.md lists them. */
import { PROTECTED_INJECTIONS, TEST_INJECTIONS } from './changes.ts';
import { CHANNELS } from './channels.ts';
import type { Injection } from './injection.ts';
import { MAIL_INJECTIONS } from './mail.ts';
import { PLACE_INJECTIONS } from './places.ts';
import { ROLE_INJECTIONS, type RoleInjection } from './roles.ts';
import { TRIAGE_INJECTIONS } from './triage.ts';

/** These reach an agent as the result of a call. */
const RESULTS = { toolOutput: 'output of a tool', personAnswer: 'answer of a person to an agent’s question' } as const;

function described({ by, stops, answer, ...one }: RoleInjection): Injection {
  const channel = by in RESULTS ? RESULTS[by as keyof typeof RESULTS] : CHANNELS[by as keyof typeof CHANNELS].name;
  const words = answer === 'no such tool' ? 'The role has no such tool; the workflow alone decides that.' : undefined;
  return { ...one, channel, stops: stops ?? words ?? 'It is not accepted, and the agent is told why.' };
}

/** What an agent is made to call. */
export const CALL_INJECTIONS: readonly RoleInjection[] = [...ROLE_INJECTIONS, ...MAIL_INJECTIONS, ...TRIAGE_INJECTIONS];

export const INJECTIONS: readonly Injection[] = [
  ...CALL_INJECTIONS.map(described),
  ...PLACE_INJECTIONS,
  ...PROTECTED_INJECTIONS,
  ...TEST_INJECTIONS,
];
