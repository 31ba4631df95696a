/**
 * DESIGN §9, “git on the host is never led by a tree that an agent wrote”: each way in which a tree, or an agent
 * without a sandbox, could make git run something, through every activity that works on a worktree. Whatever ran
 * would leave its canary.
 */
import assert from 'node:assert/strict';
import { appendFileSync, chmodSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { adminDir } from '../../activities/worktree/worktree-state.ts';
import { clonePath } from '../../clients/git/names.ts';
import { repositoryAt, writeFiles } from '../support/git.ts';
import { createGitStage, type GitStage, REPOSITORY } from '../support/git-stage.ts';

let stage: GitStage;
let canaries: string;
before(async () => {
  stage = await createGitStage({ files: { 'a.txt': 'a\n', 'b.txt': 'b\n', 'shared.txt': 'shared\n' } });
  canaries = join(stage.stateDir, 'canaries');
  mkdirSync(canaries);
});
after(() => stage.remove());

interface Attacked {
  readonly worktree: string;
  readonly clone: string;
  readonly admin: string;
  /** A command that leaves a canary and passes on what it is given. */
  readonly trap: string;
}

const configOf = (trap: string) => `[core]
\tfsmonitor = ${trap}
\thooksPath = hooks
\tsshCommand = ${trap}
\teditor = ${trap}
\tpager = ${trap}
\taskPass = ${trap}
\talternateRefsCommand = ${trap}
\tgitProxy = ${trap}
[filter "evil"]
\tclean = ${trap}
\tsmudge = ${trap}
\tprocess = ${trap}
\trequired = true
[diff "evil"]
\ttextconv = ${trap}
\tcommand = ${trap}
[diff]
\texternal = ${trap}
[merge "evil"]
\tdriver = ${trap}
[commit]
\tgpgSign = true
[gpg]
\tprogram = ${trap}
[gpg "ssh"]
\tprogram = ${trap}
[credential]
\thelper = ${trap}
[uploadpack]
\tpackObjectsHook = ${trap}
[alias]
\tstatus = !${trap}
\tread-tree = !${trap}
[remote "forge"]
\tuploadpack = ${trap}
\treceivepack = ${trap}
\tvcs = evil
[url "ext::${trap}"]
\tinsteadOf = /
[extensions]
\tworktreeConfig = true
`;
const HOOKS = [
  'pre-commit',
  'commit-msg',
  'post-checkout',
  'post-index-change',
  'reference-transaction',
  'pre-push',
  'post-merge',
  'fsmonitor-watchman',
];
const ATTRIBUTES = '* filter=evil diff=evil merge=evil ident\n';

function writeHooks(folder: string, trap: string): void {
  mkdirSync(folder, { recursive: true });
  for (const hook of HOOKS) {
    writeFileSync(join(folder, hook), `#!/bin/sh\n${trap}\n`);
    chmodSync(join(folder, hook), 0o755);
  }
}

const ATTACKS: Record<string, (attacked: Attacked) => Promise<void> | void> = {
  'attributes with the configuration of the clone': async ({ worktree, clone, trap }) => {
    appendFileSync(join(clone, 'config'), configOf(trap));
    await writeFiles(worktree, { '.gitattributes': ATTRIBUTES, 'sub/.gitattributes': ATTRIBUTES, 'sub/x.txt': 'x\n' });
  },
  'attributes and configuration of the git dirs': ({ worktree, clone, admin, trap }) => {
    for (const folder of [clone, admin]) {
      mkdirSync(join(folder, 'info'), { recursive: true });
      writeFileSync(join(folder, 'info/attributes'), ATTRIBUTES);
      writeFileSync(join(folder, 'config.worktree'), configOf(trap));
    }
    appendFileSync(join(clone, 'config'), '[extensions]\n\tworktreeConfig = true\n');
    writeFileSync(join(worktree, 'a.txt'), 'led\n');
  },
  'includes in the configuration': async ({ worktree, clone, trap }) => {
    await writeFiles(worktree, { '.evil': configOf(trap), '.gitattributes': ATTRIBUTES });
    const path = join(worktree, '.evil');
    appendFileSync(join(clone, 'config'), `[include]\n\tpath = ${path}\n[includeIf "gitdir:/"]\n\tpath = ${path}\n`);
  },
  'hooks of the clone, the worktree and the tree': ({ worktree, clone, admin, trap }) => {
    for (const folder of [clone, admin, worktree, join(worktree, '.githooks')]) writeHooks(join(folder, 'hooks'), trap);
    appendFileSync(join(clone, 'config'), '[core]\n\thooksPath = hooks\n');
  },
  'a repository in place of the .git file': async ({ worktree, trap }) => {
    rmSync(join(worktree, '.git'));
    await repositoryAt(worktree).git('init', '--quiet');
    appendFileSync(join(worktree, '.git/config'), configOf(trap));
    writeHooks(join(worktree, '.git/hooks'), trap);
    await writeFiles(worktree, { '.gitattributes': ATTRIBUTES });
  },
  'a .git file that leads elsewhere, and one that is a link': async ({ worktree, trap }) => {
    const evil = join(stage.stateDir, 'evil-repository');
    mkdirSync(evil, { recursive: true });
    await repositoryAt(evil).git('init', '--quiet', '--bare');
    appendFileSync(join(evil, 'config'), configOf(trap));
    rmSync(join(worktree, '.git'));
    symlinkSync(evil, join(worktree, '.git'));
  },
  'a commondir that leads elsewhere': async ({ worktree, admin, trap }) => {
    const evil = join(stage.stateDir, 'evil-common');
    mkdirSync(evil, { recursive: true });
    await repositoryAt(evil).git('init', '--quiet', '--bare');
    appendFileSync(join(evil, 'config'), configOf(trap));
    await writeFiles(worktree, { '.gitattributes': ATTRIBUTES });
    writeFileSync(join(admin, 'commondir'), `${evil}\n`);
  },
  'variables of git in .env files': async ({ worktree, trap }) => {
    const env = `GIT_SSH_COMMAND=${trap}\nGIT_EXTERNAL_DIFF=${trap}\nGIT_CONFIG_COUNT=1\nGIT_CONFIG_KEY_0=core.fsmonitor\nGIT_CONFIG_VALUE_0=${trap}\n`;
    await writeFiles(worktree, { '.env': env, '.envrc': env, '.gitconfig': configOf(trap) });
  },
  'submodules and nested repositories': async ({ worktree, trap }) => {
    await writeFiles(worktree, {
      '.gitmodules': `[submodule "evil"]\n\tpath = evil\n\turl = ext::${trap}\n\tupdate = !${trap}\n`,
      'evil/x': 'x',
    });
    await repositoryAt(join(worktree, 'evil')).git('init', '--quiet');
    await repositoryAt(join(worktree, 'evil')).commit('Nested');
    appendFileSync(join(worktree, 'evil/.git/config'), configOf(trap));
    writeHooks(join(worktree, 'evil/.git/hooks'), trap);
  },
  'names that look like options and paths': async ({ worktree, trap }) => {
    const names = ['--upload-pack=evil', '-c', '--exec-path', ':(exclude)a', 'HEAD', 'refs/heads/main', '.git.txt'];
    await writeFiles(worktree, Object.fromEntries(names.map((name) => [name, `${trap}\n`])));
    for (const name of ['$(touch canary)', '`touch canary`', "'; touch canary; '", 'new\nline', 'tab\tand "quote"']) {
      writeFileSync(join(worktree, name), '');
    }
  },
};

for (const [index, [name, attack]] of Object.entries(ATTACKS).entries()) {
  test(`${name}: nothing runs, and the work is committed`, async () => {
    const one = stage.host('one');
    const key = `led-${index}`;
    const target = `factory/led/target-${index}`;
    await stage.mirror.git('branch', target, 'main');
    const task = {
      epicId: 'led',
      taskKey: key,
      repository: REPOSITORY,
      targetBranch: target,
      placement: { host: 'one', epoch: 1 },
    };
    const { worktree, branch } = await one.prepareWorktree(task);
    const clone = clonePath(stage.stateDir, 'one', REPOSITORY);
    const canary = join(canaries, key);
    const trap = join(stage.stateDir, `trap-${index}`);
    writeFileSync(trap, `#!/bin/sh\ntouch '${canary}'\ncat\n`);
    chmodSync(trap, 0o755);
    await attack({ worktree, clone, admin: adminDir({ gitDir: clone }, 'led', worktree), trap });
    await writeFiles(worktree, { 'work.txt': `${name}\n` });

    const at = { ...task, worktree };
    await one.checkpoint({ ...at, agentId: 'a', turn: 1 });
    const { headSha } = await one.commitChange({ ...at, message: `Work\n\n${name}`, key });
    await one.pushBranch({ ...at, branch, headSha });
    // Somebody else's commit, made with a plain git in a clone that nobody attacked.
    const place = { ...task, placement: { host: 'other', epoch: 1 } };
    const other = await stage.host('other').prepareDetached({ ...place, name: `side-${index}`, commit: target });
    const moved = await repositoryAt(other.worktree).commit('Moved', { 'shared.txt': `moved ${index}\n` });
    await repositoryAt(other.worktree).git('push', '--quiet', stage.mirror.path, `${moved}:refs/heads/${target}`);
    const merged = await one.mergeTarget({ ...at, message: 'Merge' });
    assert.ok(merged.kind === 'merged', merged.kind);
    await one.prepareDetached({ ...task, name: `review-${index}`, commit: merged.headSha });
    await one.prepareWorktree(task);
    await one.removeWorktree({ ...task, name: `review-${index}`, discard: true });
    await one.removeWorktree({ ...task, name: key, discard: false });
    assert.deepEqual(readdirSync(canaries), []);
    assert.equal(await stage.mirror.git('ls-tree', '--name-only', branch, 'canary'), '');
    assert.equal(await stage.mirror.git('show', `${branch}:work.txt`), name);
  });
}
