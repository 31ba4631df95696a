/** The repository's set-up in a Worker's own worktree, so that its commands work there; it is no part of any evidence. */
import { finalFailure } from '../clients/failures.ts';
import { taskHome } from '../clients/git/names.ts';
import { setUpOf } from '../workflows/contract/settings.ts';
import type { RunSetupInput } from '../workflows/contract/verification.ts';
import { repeated, runPolicyCommand, shortHash, tail, type VerifyDependencies } from './policy-command.ts';
import { disownSetUp } from './worktree/disown-set-up.ts';
import { noteSetUp } from './worktree/ignored-files.ts';
import { uncommitted } from './worktree/snapshot.ts';
import { headOf, openWorktree, updateState } from './worktree/worktree-state.ts';

export async function runSetup(dependencies: VerifyDependencies, input: RunSetupInput, signal: AbortSignal) {
  const { host } = dependencies;
  const { policy, epicId, worktree: cwd } = input;
  const setUp = setUpOf(policy);
  const began = performance.now();
  if (setUp === undefined) return { ran: false, tookMs: 0 };
  const worktree = await openWorktree(host, input, signal);
  const { env, network } = policy;
  const id = shortHash(JSON.stringify([setUp.run, env, network]));
  if (worktree.state.setUp === id) return { ran: false, tookMs: 0 };
  const head = await headOf(worktree);
  // Begun and not ended: the tree was clean when the killed try began, whatever the command did since.
  const isClean = worktree.state.settingUp === id || (await uncommitted(worktree, head)).length === 0;
  await updateState(worktree, { settingUp: isClean ? id : undefined });
  const { setupSeconds } = policy.timeouts;
  const home = taskHome(host, input);
  const command = { script: setUp.run, timeoutMs: setupSeconds * 1_000, signal, cwd, home, ownerOfTree: epicId };
  const result = await repeated(`setup-${id}`, host, async (time) => {
    const ended = await runPolicyCommand(dependencies, input, { ...command, name: `setup-${id}-${time}` });
    return ended.interrupted ? undefined : ended;
  });
  // This try may have been frozen while another one ended the set-up, and the Worker has begun since.
  const now = await openWorktree(host, input, signal);
  if (now.state.setUp === id) return { ran: true, tookMs: performance.now() - began };
  if (result.exitCode !== 0) {
    // The next set-up begins in a tree without what this one left.
    if (isClean) await disownSetUp(now, head);
    await updateState(now, { settingUp: undefined });
    const how = result.timedOut ? `did not end within ${setupSeconds} s` : `ended with ${result.exitCode}`;
    const remedy =
      'fix the machine, then retry the task; where `setup` in factory.yaml is wrong, fix it on the base branch and adopt that';
    const printed = tail(result.output, 2_000).trim();
    // Screens that have one line show the first.
    const end = printed === '' ? 'It printed nothing.' : `It printed:\n${printed}`;
    throw finalFailure('SetupFailed', `The set-up command ${how}; ${remedy}.\n${end}`);
  }
  if (isClean) await disownSetUp(now, head);
  await noteSetUp(now);
  await updateState(now, { setUp: id, settingUp: undefined });
  return { ran: true, tookMs: performance.now() - began };
}
