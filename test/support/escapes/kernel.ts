/** Attempts at the kernel: devices, mounts, namespaces, its settings, and the calls that know no namespace. */
import type { CommandAttempt } from './attempt.ts';

const REFUSED = 'The system call filter refuses the call; there is no capability either.';
const NO_DEVICE = 'There is no such device: `/dev` holds null, zero, full, random, urandom, tty and own terminals.';

/** `syscall` of perl by number, which differs between processors. */
const numbers: Record<string, Record<string, number>> = {
  x64: {
    unshare: 272,
    setns: 308,
    keyctl: 250,
    openByHandle: 304,
    bpf: 321,
    perf: 298,
    mount: 165,
    ptrace: 101,
    pidfd: 434,
  },
  arm64: {
    unshare: 97,
    setns: 268,
    keyctl: 219,
    openByHandle: 265,
    bpf: 280,
    perf: 241,
    mount: 40,
    ptrace: 117,
    pidfd: 434,
  },
};
const of = (name: string): number => numbers[process.arch]?.[name] ?? 0;
export const perlCall = (name: string, args: string): string =>
  `perl -e 'my $r = syscall(${of(name)}, ${args}); print $r == -1 ? "refused: $!\\n" : "ESCAPED $r\\n"'`;

export const KERNEL_ATTEMPTS: readonly CommandAttempt[] = [
  {
    id: 'core-pattern',
    tries: 'Have the kernel start a program outside (`/proc/sys/kernel/core_pattern`, `modprobe`), as root may',
    outcome: '`/proc` is read-only as a whole.',
    script: `for name in core_pattern modprobe hotplug ns_last_pid; do
      value=$(cat /proc/sys/kernel/$name 2>/dev/null) && (echo "$value" >/proc/sys/kernel/$name) 2>/dev/null && echo "ESCAPED $name"
    done; true`,
  },
  {
    id: 'sysrq',
    tries: 'Restart the machine through `/proc/sysrq-trigger`, or change interrupts and memory in `/proc`',
    outcome: '`/proc` is read-only as a whole.',
    script: `for file in /proc/sysrq-trigger /proc/irq/default_smp_affinity /proc/mtrr /proc/scsi/scsi /proc/self/oom_score_adj; do
      (: >>"$file") 2>/dev/null && echo "ESCAPED $file"
    done; true`,
  },
  {
    id: 'remount',
    tries: 'Remount `/usr`, `/proc` or the root writable',
    outcome: REFUSED,
    script: `for place in / /usr /proc /etc/passwd; do mount -o remount,bind,rw "$place" 2>/dev/null && echo ESCAPED; done
      ${perlCall('mount', '"none", "/usr", 0, 4128, 0')}`,
  },
  {
    id: 'mount-new',
    tries: 'Mount a file system, unmount what hides others, `pivot_root`, `chroot`',
    outcome: REFUSED,
    script: `mount -t tmpfs none "$PWD" && echo ESCAPED; mount -t proc proc "$PWD" && echo ESCAPED; umount /tmp && echo ESCAPED
      umount -l /proc && echo ESCAPED; chroot . true && echo ESCAPED; true`,
  },
  {
    id: 'user-namespace',
    tries: 'Become root in a user namespace of its own, to mount and remount there',
    outcome: 'Neither `unshare` nor `clone` makes one: refused by the filter, and by a limit of none.',
    script: `unshare -Ur true && echo ESCAPED; ${perlCall('unshare', String(0x10000000))}`,
  },
  {
    id: 'join-namespace',
    tries: 'Enter the namespaces of another process (`setns`, `nsenter`)',
    outcome: 'Refused by the filter; no process outside can be named.',
    script: `nsenter -t 1 -m -n true && echo ESCAPED; nsenter --mount=/proc/self/ns/mnt true && echo ESCAPED; ${perlCall('setns', '0, 0')}`,
  },
  {
    id: 'make-device',
    tries: 'Make a device file of the disk and read it',
    outcome: 'Making one takes a capability, and device files do not work on what is bound.',
    script:
      'mknod disk b 254 0 && echo ESCAPED; mknod disk2 b 8 0 && echo ESCAPED; mknod mem c 1 1 && echo ESCAPED; true',
  },
  {
    id: 'read-devices',
    tries: 'Read disks, memory, kernel messages and consoles in `/dev`',
    outcome: NO_DEVICE,
    script: `for name in vda sda nvme0n1 mem kmem kmsg port kvm console tty0 fuse loop0 net/tun vsock; do
      head -c 1 /dev/$name >/dev/null 2>&1 && echo "ESCAPED $name"
    done; dmesg 2>/dev/null | head -1 | grep . && echo ESCAPED; head -c 1 /proc/kcore >/dev/null 2>&1 && echo ESCAPED; true`,
  },
  {
    id: 'write-sys',
    tries: 'Reach the kernel’s objects and control groups through `/sys`',
    outcome: 'There is no `/sys`.',
    script: 'ls /sys/fs/cgroup /sys/kernel && echo ESCAPED; true',
    control: true,
  },
  {
    id: 'keyring',
    tries: 'Read the kernel’s key ring of who started the worker process',
    outcome: REFUSED,
    script: `${perlCall('keyctl', '0, -3, 0')}; ${perlCall('keyctl', '0, -4, 1')}`,
    control: true,
  },
  {
    id: 'file-handle',
    tries: 'Open a file outside by its number on the disk (`open_by_handle_at`)',
    outcome: REFUSED,
    script: perlCall('openByHandle', '3, "\\0" x 64, 0'),
  },
  {
    id: 'bpf-perf',
    tries: 'Load a program into the kernel, or watch it (`bpf`, `perf_event_open`, `io_uring`, `userfaultfd`)',
    outcome: REFUSED,
    script: `${perlCall('bpf', '0, "\\0" x 64, 64')}; ${perlCall('perf', '"\\0" x 128, 0, -1, -1, 0')}
      perl -e 'print syscall(425, 1, "\\0" x 120) == -1 ? "refused\\n" : "ESCAPED\\n"'`,
  },
  {
    id: 'terminal-input',
    tries: 'Type into the terminal that it was started from (TIOCSTI), or write to other terminals',
    outcome: 'It has no terminal, sees no other one, and the filter refuses the request.',
    script: `(: >/dev/tty) 2>/dev/null && echo ESCAPED; ls /dev/pts | grep -v ptmx && echo ESCAPED
      perl -e 'for my $f (*STDIN, *STDOUT) { my $c = "x"; print ioctl($f, 0x5412, $c) ? "ESCAPED\\n" : "refused: $!\\n" }'; tty && echo ESCAPED; true`,
  },
  {
    id: 'sandbox-helper',
    tries: 'Take over the sandbox’s own first process, which set it up',
    outcome: 'It has no capability and the same filter; its end is the end of the command.',
    script: `grep -q 'CapEff:.*0000000000000000' /proc/1/status || echo ESCAPED; grep -q 'Seccomp:.*2' /proc/1/status || echo ESCAPED
      grep -q 'NoNewPrivs:.*1' /proc/self/status || echo ESCAPED; true`,
  },
];
