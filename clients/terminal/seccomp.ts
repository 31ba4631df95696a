/**
 * The system calls that no command needs and that reach past its namespaces: as the program that the kernel runs
 * before each call (classic BPF, seccomp(2)), in the form that bubblewrap reads.
 */

/** Numbers of system calls on one processor; those from 424 on are the same on all. */
interface Processor {
  /** AUDIT_ARCH_… of linux/audit.h. */
  readonly audit: number;
  readonly denied: readonly number[];
  /** open and openat by the place of their flags, which the mode follows. */
  readonly opens: readonly (readonly [number: number, argument: number])[];
  readonly clone: number;
  /** chmod and its kin by the place of their mode; the number of a call that this processor lacks is left out. */
  readonly modes: readonly (readonly [number: number, argument: number])[];
  readonly ioctl: number;
  readonly socket: number;
  /** Numbers from here on are another way (x32) to the same calls. */
  readonly end?: number;
}

const PROCESSORS: Readonly<Record<string, Processor>> = {
  x64: {
    audit: 0xc000003e,
    denied: [
      ...[248, 249, 250], // add_key, request_key, keyctl: the starter's keyring is no namespace's
      ...[298, 304, 321, 323], // perf_event_open, open_by_handle_at, bpf, userfaultfd
      ...[155, 165, 166, 272, 308], // pivot_root, mount, umount2, unshare, setns
      ...[175, 176, 246, 313, 320], // init_module, delete_module, kexec_load, finit_module, kexec_file_load
    ],
    modes: [
      ...([
        [90, 1],
        [91, 1],
        [268, 2],
      ] as const), // chmod, fchmod, fchmodat
      ...([
        [85, 1],
        [133, 1],
        [259, 2],
      ] as const), // creat, mknod, mknodat
    ],
    opens: [
      [2, 1],
      [257, 2],
    ],
    clone: 56,
    ioctl: 16,
    socket: 41,
    end: 0x40000000,
  },
  arm64: {
    audit: 0xc00000b7,
    denied: [...[217, 218, 219], ...[241, 265, 280, 282], ...[41, 40, 39, 97, 268], ...[105, 106, 104, 273, 294]],
    modes: [
      [52, 1],
      [53, 2],
      [33, 2],
    ],
    opens: [[56, 2]],
    clone: 220,
    ioctl: 29,
    socket: 198,
  },
};

// io_uring_setup, _enter, _register; open_tree, move_mount, fsopen, fsconfig, fsmount, fspick; mount_setattr
const DENIED_EVERYWHERE = [425, 426, 427, 428, 429, 430, 431, 432, 433, 442];
// Their arguments are behind a pointer, where no filter sees them; programs fall back to clone and openat.
const UNSEEN = [435, 437]; // clone3, openat2
const FCHMODAT2 = 452;
// Set-user-id and set-group-id: outside, the file would lend its owner's rights to whoever runs it.
const LENDING = 0o6000;
/** Each of O_CREAT and O_TMPFILE makes a file, with the mode that is given. */
const CREATING = 0o100 | 0o20000000;
const CLONE_NEWUSER = 0x10000000;
// TIOCSTI types into a terminal, TIOCLINUX pastes into a console.
const DENIED_IOCTLS = [0x5412, 0x541c];
// AF_UNIX, AF_INET, AF_INET6, AF_NETLINK. Others, such as AF_VSOCK to a virtual machine's host, know no network namespace.
const FAMILIES = [1, 2, 10, 16];

const ALLOW = 0x7fff0000;
const KILL = 0x80000000;
const answerWith = (errno: number): number => 0x00050000 | errno;
const [EPERM, ENOSYS, EAFNOSUPPORT] = [1, 38, 97];

// Offsets in struct seccomp_data.
const [NUMBER, ARCHITECTURE] = [0, 4];
const argument = (index: number): number => 16 + 8 * index;

type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, value: number];
const load = (offset: number): Instruction => [0x20, 0, 0, offset];
const skipUnless = (value: number, count: number): Instruction => [0x15, 0, count, value];
const finish = (verdict: number): Instruction => [0x06, 0, 0, verdict];
/** `verdict` when what is loaded equals `value`. */
const when = (value: number, verdict: number): Instruction[] => [skipUnless(value, 1), finish(verdict)];

/** The filter for a processor (`process.arch`), when its numbers are known here. */
export function seccompFilter(architecture: string): Uint8Array | undefined {
  const processor = PROCESSORS[architecture];
  if (processor === undefined) return undefined;
  const { audit, denied, clone, ioctl, socket, modes, opens, end } = processor;
  /** What holds for one call, with its number loaded; ends with a verdict. */
  const of = (number: number, rules: Instruction[]): Instruction[] => [skipUnless(number, rules.length), ...rules];
  return assemble([
    load(ARCHITECTURE),
    [0x15, 1, 0, audit],
    finish(KILL),
    load(NUMBER),
    ...(end === undefined ? [] : ([[0x35, 0, 1, end], finish(answerWith(ENOSYS))] as Instruction[])),
    ...[...denied, ...DENIED_EVERYWHERE].flatMap((number) => when(number, answerWith(EPERM))),
    ...UNSEEN.flatMap((number) => when(number, answerWith(ENOSYS))),
    ...of(clone, [load(argument(0)), [0x45, 0, 1, CLONE_NEWUSER], finish(answerWith(EPERM)), finish(ALLOW)]),
    ...[...modes, [FCHMODAT2, 2] as const].flatMap(([number, index]) =>
      of(number, [load(argument(index)), [0x45, 0, 1, LENDING], finish(answerWith(EPERM)), finish(ALLOW)]),
    ),
    ...opens.flatMap(([number, index]) =>
      of(number, [
        load(argument(index)),
        [0x45, 0, 3, CREATING],
        load(argument(index + 1)),
        [0x45, 0, 1, LENDING],
        finish(answerWith(EPERM)),
        finish(ALLOW),
      ]),
    ),
    ...of(ioctl, [
      load(argument(1)),
      ...DENIED_IOCTLS.flatMap((request) => when(request, answerWith(EPERM))),
      finish(ALLOW),
    ]),
    ...of(socket, [
      load(argument(0)),
      ...FAMILIES.flatMap((family) => when(family, ALLOW)),
      finish(answerWith(EAFNOSUPPORT)),
    ]),
    finish(ALLOW),
  ]);
}

/** struct sock_filter, one after the other; both processors are little-endian. */
function assemble(instructions: readonly Instruction[]): Uint8Array {
  const bytes = Buffer.alloc(instructions.length * 8);
  instructions.forEach(([code, ifTrue, ifFalse, value], index) => {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(ifTrue, index * 8 + 2);
    bytes.writeUInt8(ifFalse, index * 8 + 3);
    bytes.writeUInt32LE(value >>> 0, index * 8 + 4);
  });
  return bytes;
}
