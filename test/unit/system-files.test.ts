/** Which files of the system a command in the sandbox may see. */
import assert from 'node:assert/strict';
import fs, {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { userInfo } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { SANDBOX_HOME } from '../../clients/terminal/sandbox.ts';
import { systemFiles } from '../../clients/terminal/system-files.ts';
import { copySystem } from '../../clients/terminal/system-folder.ts';
import { holdsSecret } from '../../clients/terminal/system-secrets.ts';
import { createFolder } from '../support/git.ts';

let root: string;
let remove: () => Promise<unknown>;
before(async () => {
  ({ path: root, remove } = await createFolder('system'));
});
after(() => remove());

const make = (folder: string, files: readonly string[], text = 'x\n') => {
  for (const path of files) {
    const file = join(root, folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
};

const SEEN = [
  ...['java-21-openjdk/security/java.security', 'maven/m2.conf', 'php/8.2/cli/php.ini', 'chromium/master_preferences'],
  ...['ssl/openssl.cnf', 'ssl/certs/ca.pem', 'fonts/fonts.conf', 'nsswitch.conf', 'unheard-of/tool.conf'],
];
const SECRET = [
  ...['shadow', 'shadow-', 'gshadow', 'security/opasswd', 'sudoers', 'sudoers.d/me', 'doas.conf', '.pwd.lock'],
  ...['ssh/ssh_host_ed25519_key', 'ssl/private/site.pem', 'pki/tls/private/a.pem', 'any/thing.key', 'krb5.keytab'],
  ...[
    'letsencrypt/archive/a/privkey1.pem',
    'wireguard/wg0.conf',
    'openvpn/client.conf',
    'ipsec.secrets',
    'ppp/chap-secrets',
  ],
  ...['NetworkManager/system-connections/home', 'wpa_supplicant/wpa_supplicant.conf', 'netplan/01.yaml', 'resolv.conf'],
  ...['docker/daemon.json', 'containers/auth.json', 'kubernetes/admin.conf', 'rancher/k3s/k3s.yaml', 'cloud/cloud.cfg'],
  ...[
    'fstab',
    'crypttab',
    'environment',
    'default/service',
    'systemd/system/a.service',
    'postgresql/15/main/pg_hba.conf',
  ],
  ...[
    'mysql/debian.cnf',
    'nginx/.htpasswd',
    'postfix/sasl_passwd',
    'apt/auth.conf',
    'netrc',
    'npmrc',
    'pip.conf',
    'gitconfig',
  ],
  ...['maven/settings.xml', 'munge/munge.key', 'smbcredentials', 'samba/smb.conf', 'salt/minion', 'tool/.netrc'],
];

test('all of /etc is seen but what is secret, by its name, its rights or its content', () => {
  make('etc', [...SEEN, ...SECRET]);
  make('etc', ['rights/for-some', 'folder/closed/file']);
  chmodSync(join(root, 'etc/rights/for-some'), 0o640);
  chmodSync(join(root, 'etc/folder/closed'), 0o750);
  make('etc', ['unheard-of/cert.pem'], `-----BEGIN RSA ${'PRIVATE'} KEY-----\n`);
  make('etc', ['unheard-of/proxy'], ['http://me', 'word@proxy.test'].join(':'));
  symlinkSync('../unheard-of/tool.conf', join(root, 'etc/maven/link'));
  const folder = copySystem(join(root, 'state'), join(root, 'etc'));
  const found = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1));
  assert.deepEqual(found.toSorted(), [...SEEN, 'maven/link', 'maven/settings.xml', 'passwd', 'group'].toSorted());
  assert.equal(readFileSync(join(folder, 'maven/link'), 'utf8'), 'x\n');
  assert.equal(readFileSync(join(folder, 'maven/settings.xml'), 'utf8'), '<settings/>\n', 'not theirs');
});

test('a setting for a password hides a file, and a comment that shows one does not', () => {
  // As in Debian's openssl.cnf, which `openssl req` needs.
  const openssl = `
[ req ]
default_bits\t\t= 2048
# Passwords for private keys if not present they will be prompted for
# input_password = secret
  # output_password = secret
[ req_attributes ]
challengePassword\t\t= A challenge password
`;
  assert.equal(holdsSecret(openssl), false);
  assert.equal(holdsSecret(openssl.replace('# input_', 'input_')), true);
  assert.equal(holdsSecret(`; shown\n  //registry.test/:${'_auth'}Token = x\n`), true);
});

test('who runs the command has the home of the sandbox there, and everybody else what they had', () => {
  const { username, uid, gid } = userInfo();
  const other = uid + 1;
  make(
    'people',
    ['passwd'],
    `${username}:x:${uid}:${gid}::/somewhere:/bin/sh\nother:x:${other}:${other}::/home/other:/bin/sh\n`,
  );
  make('people', ['group'], `other:x:${other + gid}:\n`);
  const folder = copySystem(join(root, 'state'), join(root, 'people'));
  const lines = readFileSync(join(folder, 'passwd'), 'utf8').split('\n');
  assert.deepEqual(lines, [
    `${username}:x:${uid}:${gid}:${username}:${SANDBOX_HOME}:/bin/bash`,
    `other:x:${other}:${other}::/home/other:/bin/sh`,
    '',
  ]);
  assert.match(readFileSync(join(folder, 'group'), 'utf8'), new RegExp(`^${username}:x:${gid}:$`, 'm'));
});

test('the same content is one folder, and a copy that is in use is never changed', () => {
  make('once', ['a']);
  const copy = () => copySystem(join(root, 'state'), join(root, 'once'));
  const first = copy();
  assert.equal(copy(), first);
  make('once', ['b']);
  const second = copy();
  assert.notEqual(second, first);
  assert.deepEqual([existsSync(join(first, 'b')), existsSync(join(second, 'b'))], [false, true]);
  assert.deepEqual(
    readdirSync(join(root, 'state')).filter((name) => name.startsWith('.')),
    [],
  );
});

test('a file that vanishes while it is read is left out, and the rest is there', (t) => {
  make('vanishing', ['a', 'b', 'folder/c', 'z']);
  const { lstatSync } = fs;
  const vanish = (path: string, ...rest: []) => {
    const stat = lstatSync(path, ...rest);
    if (['b', 'folder'].includes(basename(path))) rmSync(path, { recursive: true });
    return stat;
  };
  t.mock.method(fs, 'lstatSync', vanish as typeof lstatSync);
  syncBuiltinESMExports();
  t.after(() => {
    t.mock.restoreAll();
    syncBuiltinESMExports();
  });
  const folder = copySystem(join(root, 'state'), join(root, 'vanishing'));
  assert.deepEqual(readdirSync(folder).toSorted(), ['a', 'group', 'passwd', 'z']);
});

test('a copy that nobody has used for a week is removed, and no other', () => {
  const state = join(root, 'used');
  const copy = (name: string) => {
    make('hosts', ['hosts'], name);
    return copySystem(state, join(root, 'hosts'));
  };
  const age = (folder: string, days: number) => {
    const at = Date.now() / 1_000 - days * 24 * 3_600;
    utimesSync(folder, at, at);
  };
  const [used, unused, current] = ['used', 'unused', 'current'].map(copy) as [string, string, string];
  const draft = join(state, '.draft-of-a-kill');
  make('used', ['.draft-of-a-kill/hosts']);
  age(used, 6);
  for (const folder of [unused, current, draft]) age(folder, 8);
  assert.equal(copy('current'), current);
  assert.deepEqual(readdirSync(state).toSorted(), [used, current].map((folder) => basename(folder)).toSorted());
  assert.ok(statSync(current).mtimeMs > Date.now() - 3_600_000);
});

test('what package managers of languages install is seen, and nothing else of /var', () => {
  make('', ['var/lib/gems/a', 'var/lib/docker/a']);
  assert.deepEqual(systemFiles(root), ['/var/lib/gems']);
});
