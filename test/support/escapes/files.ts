/** Attempts at files: reading and writing what lies outside, by every name it has. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandAttempt } from './attempt.ts';

const ETC_IS_A_COPY =
  'Its `/etc` is a copy without what is secret by name, by content or because not everybody may read it.';
const NO_SUCH_FILE = 'There is no such file: only what is bound exists inside.';
const READ_ONLY = 'It is bound read-only.';

export const FILE_ATTEMPTS: readonly CommandAttempt[] = [
  {
    id: 'read-absolute',
    tries: 'Read a file outside the worktree by its absolute path',
    outcome: NO_SUCH_FILE,
    script: 'cat "$OUTSIDE/secret"',
    control: true,
  },
  {
    id: 'read-dot-dot',
    tries: 'Read it by `..`',
    outcome: NO_SUCH_FILE,
    script: 'cat "$RELATIVE/secret"',
    control: true,
  },
  {
    id: 'read-symlink',
    tries: 'Read it through a symbolic link in the worktree',
    outcome: NO_SUCH_FILE,
    script: 'ln -sf "$OUTSIDE/secret" link-out; cat link-out; rm -f link-out',
    control: true,
  },
  {
    id: 'read-hard-link',
    tries: 'Give it a second name in the worktree by a hard link',
    outcome: 'There is nothing to link to, and links do not cross from one bound folder to another.',
    script:
      'ln "$OUTSIDE/secret" hard-out && cat hard-out; rm -f hard-out; ln /usr/bin/env hard-env && echo ESCAPED; true',
    check: ({ worktree }) => assert.ok(!existsSync(join(worktree, 'hard-env'))),
  },
  {
    id: 'read-proc-root',
    tries: 'Read it through `/proc/<pid>/root` and `/proc/<pid>/cwd` of every process',
    outcome: 'All processes inside have the same tree.',
    script: 'cat /proc/[0-9]*/root"$OUTSIDE"/secret /proc/[0-9]*/cwd/"$RELATIVE"/secret',
    control: true,
  },
  {
    id: 'read-inherited-descriptor',
    tries: 'Use an open folder or file that was inherited from outside',
    outcome: 'Standard input is empty, output and error are the command’s own log; nothing else is inherited.',
    script: `for fd in /proc/self/fd/*; do
      case $(readlink "$fd") in /dev/null | pipe:* | /proc/* | */started/output | '') ;; *) echo "ESCAPED $fd $(readlink "$fd")" ;; esac
      cat "$fd/../secret" "$fd/secret"
    done`,
  },
  {
    id: 'write-outside',
    tries: 'Write a file outside, by its path and through a link to its folder',
    outcome: 'The folder does not exist inside, and the root of the tree is read-only.',
    script: 'echo x >"$OUTSIDE/written"; ln -sfn "$OUTSIDE" out-dir; echo x >out-dir/written; rm -f out-dir; true',
    check: ({ outside }) => assert.ok(!existsSync(join(outside, 'written'))),
  },
  {
    id: 'write-system',
    tries: 'Write to `/usr`, `/etc` and the root of the tree',
    outcome: READ_ONLY,
    script: `for place in /usr/bin /usr/lib /etc /; do (: >"$place/factory-escape") 2>/dev/null && echo "ESCAPED $place"; done
      (: >>/etc/passwd) && echo ESCAPED; true`,
    check: () => assert.ok(!existsSync('/usr/bin/factory-escape') && !existsSync('/etc/factory-escape')),
  },
  {
    id: 'read-home',
    tries: 'Read SSH keys, the git configuration and GitHub’s token in the home of the worker process’s user',
    outcome: 'HOME is a folder of the command’s own; the real one is not there.',
    script:
      'cat ~/.ssh/id_ed25519 "$REAL_HOME"/.ssh/id_ed25519 "$REAL_HOME"/.gitconfig "$REAL_HOME"/.config/gh/hosts.yml',
    control: true,
  },
  {
    id: 'read-shadow',
    tries: 'Read `/etc/shadow` and private keys in `/etc/ssl` and `/etc/ssh`, as a worker process of root’s could',
    outcome: ETC_IS_A_COPY,
    script: `
      for file in shadow shadow- gshadow gshadow- security/opasswd sudoers ssl/private ssh .pwd.lock; do
        [ ! -e "/etc/$file" ] || echo "ESCAPED: $file"
      done`,
  },
  {
    id: 'read-closed-settings',
    tries: 'Read any other file of `/etc` that not everybody may read',
    outcome: ETC_IS_A_COPY,
    script: `find /etc ! -type l ! -perm -o=r | sed 's/^/ESCAPED: /'`,
  },
  {
    id: 'read-secret-settings',
    tries:
      'Read keys, keytabs, tunnels, logins of containers, clouds and package managers in `/etc`, though everybody may',
    outcome: ETC_IS_A_COPY,
    script: `
      for name in NetworkManager netplan wpa_supplicant ppp wireguard openvpn ipsec.secrets docker containers kubernetes \
        cloud letsencrypt krb5.keytab crypttab fstab environment default systemd netrc npmrc pip.conf gitconfig apt \
        postgresql mysql resolv.conf; do
        [ ! -e "/etc/$name" ] || echo "ESCAPED: $name"
      done
      find /etc -iname '*.key' -o -iname '*.keytab' -o -iname '*htpasswd*' -o -path '*/private/*' | sed 's/^/ESCAPED: /'
      grep -rlE 'BEGIN [A-Z ]*PRIVATE KEY' /etc 2>/dev/null | sed 's/^/ESCAPED: /'`,
  },
  {
    id: 'read-other-worktree',
    tries: 'Read another task’s worktree',
    outcome: NO_SUCH_FILE,
    script: 'cat "$OTHER/secret"; ls "$OTHER/.." | grep -v "^$(basename "$WORKTREE")$" && echo ESCAPED; true',
    control: true,
  },
  {
    id: 'write-other-worktree',
    tries: 'Write to another task’s worktree',
    outcome: NO_SUCH_FILE,
    script: 'echo x >"$OTHER/written"; true',
    check: ({ other }) => assert.ok(!existsSync(join(other, 'written'))),
  },
  {
    id: 'read-state',
    tries: 'Read the state folder: other commands’ journals, PostgreSQL’s data, logs',
    outcome: NO_SUCH_FILE,
    script: 'cat "$STATE"/secret; find "$STATE" -name launch -o -name output | grep . && echo ESCAPED; true',
    control: true,
  },
  {
    id: 'write-state',
    tries: 'Write to the state folder',
    outcome: 'What is there of its path is an empty, read-only folder.',
    script: 'echo x >"$STATE/written"; mkdir "$STATE/forge/x"; true',
    check: ({ stateDir }) => assert.ok(!existsSync(join(stateDir, 'written'))),
  },
  {
    id: 'forge-own-result',
    tries: 'Write its own exit code, or read how it was launched, in its journal',
    outcome: 'Of the journal only the script is bound, read-only.',
    script:
      'echo 0 >"$JOURNAL/exit"; cat "$JOURNAL/launch" && echo ESCAPED; echo "echo changed" >>"$JOURNAL/script" && echo ESCAPED; exit 7',
    check: (_, output) => assert.ok(output.includes('[exit 7]')),
  },
  {
    id: 'change-our-programs',
    tries: 'Change the factory’s own programs, which run its next command',
    outcome: 'Of the factory’s folder one script is bound, read-only.',
    script: '(echo x >>"$PROGRAM/shell.sh") && echo ESCAPED; ls "$PROGRAM/wrapper.sh" && echo ESCAPED; true',
    check: ({ program }) => assert.ok(readFileSync(join(program, 'shell.sh'), 'utf8').endsWith('"\n')),
  },
  {
    id: 'set-user-id',
    tries: 'Make a program in the worktree that lends the worker process’s rights to any user of the machine',
    outcome: 'The system call filter refuses the set-user-id bit, however it is set.',
    script: `cp /usr/bin/env lends; chmod 4755 lends && echo ESCAPED
      perl -MFcntl -e 'sysopen(my $f, "lends2", O_CREAT | O_WRONLY, 04755) and print "ESCAPED\\n"'; true`,
    check: ({ worktree }) => assert.equal(statSync(join(worktree, 'lends')).mode & 0o6000, 0),
  },
  {
    id: 'write-read-only',
    tries: 'Change the worktree from a role that may only look (plan, review)',
    outcome: READ_ONLY,
    script: 'echo x >changed && echo ESCAPED; rm a.txt && echo ESCAPED; touch a.txt && echo ESCAPED; true',
    options: { readOnly: true },
    check: ({ worktree }) => assert.equal(readFileSync(join(worktree, 'a.txt'), 'utf8'), 'a\n'),
  },
  {
    id: 'share-tmp',
    tries: 'Leave something in `/tmp`, `/var/tmp` or `/dev/shm` for programs outside, or find something there',
    outcome: 'All three are the command’s own.',
    script: 'echo x >"/tmp/$ABSTRACT"; echo x >"/var/tmp/$ABSTRACT"; echo x >"/dev/shm/$ABSTRACT"; true',
    check: ({ abstract }) =>
      assert.ok(!['/tmp', '/var/tmp', '/dev/shm'].some((folder) => existsSync(join(folder, abstract)))),
  },
];
