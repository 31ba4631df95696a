/** Attempts at git: leading the factory's own git, which runs outside, by what a command leaves in its worktree. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GitAttempt } from './attempt.ts';

const READ_ONLY = 'Git’s folders are bound read-only.';
const EXPLICIT =
  'The factory’s git is told its folders and settings, takes none from the tree, and runs no hook, filter or driver.';
/** What an attempt wants the host to run: it leaves a file that nothing inside can write. */
const RUN = 'touch "$OUTSIDE/ran-$ABSTRACT"';

export const GIT_ATTEMPTS: readonly GitAttempt[] = [
  {
    id: 'git-file',
    tries: 'Replace the worktree’s `.git` file by one that leads to a repository with hooks and filters of its own',
    outcome: 'The file is bound read-only and cannot be moved, and the factory’s git does not read it.',
    script: `git init -q evil; git -C evil config core.fsmonitor '${RUN}'; git -C evil config core.hooksPath "$PWD/evil-hooks"
      mkdir evil-hooks; printf '#!/bin/sh\\n${RUN}\\n' >evil-hooks/pre-commit; chmod +x evil-hooks/pre-commit
      (echo "gitdir: $PWD/evil/.git" >.git) && echo ESCAPED; rm -f .git; mv .git moved; ln -sf evil/.git .git; mv evil/.git .git; test -f .git || echo ESCAPED; true`,
    check: ({ worktree }) => assert.match(readFileSync(join(worktree, '.git'), 'utf8'), /^gitdir: .*worktrees/),
  },
  {
    id: 'git-hooks',
    tries: 'Put a hook into the repository',
    outcome: READ_ONLY,
    script: `for folder in "$CLONE" "$ADMIN"; do mkdir -p "$folder/hooks"; printf '#!/bin/sh\\n${RUN}\\n' >"$folder/hooks/pre-commit" && echo ESCAPED; done; true`,
  },
  {
    id: 'git-config',
    tries: 'Name a file system monitor, a signing program, a filter or a pager in the repository’s configuration',
    outcome: READ_ONLY,
    script: `for setting in core.fsmonitor gpg.program filter.evil.clean core.pager core.sshCommand; do
      git config "$setting" '${RUN}' 2>/dev/null && echo "ESCAPED $setting"; git config --worktree "$setting" '${RUN}' 2>/dev/null && echo "ESCAPED $setting"
    done; (echo '[core]' >>"$CLONE/config") && echo ESCAPED; true`,
  },
  {
    id: 'git-home-config',
    tries: 'Name them in the home’s and the system’s configuration',
    outcome: 'Its home is its own, and the factory’s git reads neither.',
    script: `git config --global core.fsmonitor '${RUN}'; git config --global filter.evil.clean '${RUN}'; git config --system core.fsmonitor '${RUN}' && echo ESCAPED; true`,
  },
  {
    id: 'git-filter',
    tries: 'Ask for a filter, a merge driver or another encoding in `.gitattributes`',
    outcome: EXPLICIT,
    script: `printf '* filter=evil merge=evil diff=evil ident\\n' >.gitattributes; printf '[filter "evil"]\\n\\tclean = ${RUN.replaceAll('"', '\\"')}\\n[core]\\n\\tfsmonitor = x\\n' >.gitconfig; echo 1 >filtered.txt`,
  },
  {
    id: 'git-submodule',
    tries: 'Add a submodule whose update is a command, and a repository inside the repository',
    outcome:
      'Submodules are fetched only from where the base branch says, and no command of theirs is run; a repository inside is left out and named.',
    script: `printf '[submodule "x"]\\n\\tpath = x\\n\\turl = ext::sh -c "touch x"\\n\\tupdate = !${RUN.replaceAll('"', '')}\\n' >.gitmodules
      git init -q inner; git -C inner config core.fsmonitor '${RUN}'; printf '#!/bin/sh\\n${RUN}\\n' >inner/.git/hooks/post-checkout; chmod +x inner/.git/hooks/*; echo x >inner/file`,
  },
  {
    id: 'git-symlink-folder',
    tries: 'Put a link to a folder outside in the place of a tracked folder, so that the factory reads or writes there',
    outcome: 'The link itself is what is committed; nothing is followed.',
    script:
      'rm -rf folder; ln -s "$OUTSIDE" folder; ln -s "$OUTSIDE/secret" leak.txt; ls folder/ | grep . && echo ESCAPED; true',
    check: async ({ worktree, canary, hostGit }) => {
      const tree = await hostGit('ls-tree', '-r', 'HEAD');
      assert.match(tree, /^120000 blob \S+\tfolder$/m);
      const log = await hostGit('log', '-p', '--all', '--max-count=30');
      assert.ok(!log.includes(canary), worktree);
    },
  },
  {
    id: 'git-alternates',
    tries: 'Lead the repository to objects elsewhere (`objects/info/alternates`), or delete objects',
    outcome: READ_ONLY,
    script: `(echo "$PWD" >"$OBJECTS/info/alternates") && echo ESCAPED; mkdir -p "$OBJECTS/info" 2>/dev/null; rm -rf "$OBJECTS"/?? 2>/dev/null
      (echo "$PWD" >"$CLONE/objects/info/alternates") && echo ESCAPED; git gc --prune=now -q && echo ESCAPED; git hash-object -w a.txt && echo ESCAPED; true`,
    check: async ({ hostGit }) => void (await hostGit('fsck', '--connectivity-only')),
  },
  {
    id: 'git-refs',
    tries: 'Move or delete branches and checkpoints: commit, `update-ref`, `push`, edit HEAD',
    outcome: READ_ONLY,
    script: `git -c user.name=x -c user.email=x commit -qam x && echo ESCAPED; git update-ref refs/heads/main HEAD && echo ESCAPED; git branch -D main && echo ESCAPED
      git push -q forge HEAD:main && echo ESCAPED; (echo x >"$ADMIN/HEAD") && echo ESCAPED; git checkout -q --detach && echo ESCAPED; true`,
  },
  {
    id: 'git-state',
    tries: 'Change what the factory notes about the worktree (its placement’s epoch), so that an old host may go on',
    outcome: READ_ONLY,
    script: `(echo '{"epoch":99}' >"$ADMIN/factory.json") && echo ESCAPED; rm -rf "$ADMIN"; true`,
    check: ({ admin }) => assert.match(readFileSync(join(admin, 'factory.json'), 'utf8'), /"epoch":1/),
  },
  {
    id: 'git-other-worktrees',
    tries: 'Look into git’s folders of other worktrees, or lead one elsewhere',
    outcome: 'Of the worktrees’ folders only its own exists inside.',
    script: `ls "$CLONE/worktrees" | grep -v "^$(basename "$ADMIN")$" && echo ESCAPED; mkdir "$CLONE/worktrees/new" && echo ESCAPED; true`,
    check: ({ admin }) => assert.ok(!existsSync(join(admin, '../new'))),
  },
  {
    id: 'git-special-files',
    tries: 'Stop the factory’s git with a pipe, a socket, an endless name or a file that is a device',
    outcome: 'What is no file is left out and named; nothing waits.',
    script: `mkfifo pipe; perl -MSocket -e 'socket(my $s, PF_UNIX, SOCK_STREAM, 0); bind($s, sockaddr_un("socket"))'; touch "$(printf 'new\\nline')" -- -dash; true`,
    check: ({ outside }) => assert.ok(existsSync(outside)),
  },
];
