/** All attempts, in the order of docs/security.md. */
import type { Area, CommandAttempt } from './attempt.ts';
import { EDIT_ATTEMPTS } from './edit.ts';
import { FILE_ATTEMPTS } from './files.ts';
import { GIT_ATTEMPTS } from './git.ts';
import { KERNEL_ATTEMPTS } from './kernel.ts';
import { LIMIT_ATTEMPTS } from './limits.ts';
import { NETWORK_ATTEMPTS } from './network.ts';
import { POLICY_ATTEMPTS } from './policy.ts';
import { PROCESS_ATTEMPTS } from './processes.ts';

export const COMMAND_AREAS: readonly { readonly title: string; readonly attempts: readonly CommandAttempt[] }[] = [
  { title: 'Files', attempts: FILE_ATTEMPTS },
  { title: 'Processes', attempts: PROCESS_ATTEMPTS },
  { title: 'Network', attempts: NETWORK_ATTEMPTS },
  { title: 'Kernel', attempts: KERNEL_ATTEMPTS },
  { title: 'Limits', attempts: LIMIT_ATTEMPTS },
];
export const GIT_AREA = { title: 'Git', attempts: GIT_ATTEMPTS };
export const EDIT_AREA = { title: 'Edit tool', attempts: EDIT_ATTEMPTS };

export const POLICY_AREA = { title: 'Rules', attempts: POLICY_ATTEMPTS };

export const AREAS: readonly Area[] = [...COMMAND_AREAS, GIT_AREA, EDIT_AREA, POLICY_AREA];
