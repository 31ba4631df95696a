/** The settings of a stage's epics, where a test wants no others. */
import type { EpicSettings } from '../../workflows/contract/settings.ts';

export const SETTINGS: EpicSettings = {
  repository: 'example',
  baseBranch: 'main',
  budgetMicroUsd: 1_000_000,
  concurrency: 4,
  approvals: [],
  agents: Object.fromEntries(
    ['plan', 'implement', 'review', 'triage', 'correspond'].map((purpose) => [
      purpose,
      { model: 'm', maxTokens: 100, promptHash: 'h' },
    ]),
  ) as EpicSettings['agents'],
  limits: { attempts: 2, rounds: 2, turns: 20 },
  policy: {
    verify: [{ name: 'verify', command: 'true' }],
    noTests: 'say',
    checks: { required: [], none: 'allow', redOnBase: 'ask', timeoutMinutes: 60 },
    env: {},
    network: [],
    limits: { memoryMb: 64, processes: 16, fileMb: 1 },
    secretsAllowedIn: [],
    timeouts: { setupSeconds: 1, verifySeconds: 1, commandSeconds: 1 },
    protectedPaths: ['ci'],
    testPaths: ['test'],
    batch: { mostChanges: 8, fromSeconds: 30 },
  },
  policyHash: 'p',
  baseSha: '0'.repeat(40),
};
