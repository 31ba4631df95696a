/** Attempts at the network, and at sockets that are files. */
import assert from 'node:assert/strict';
import type { CommandAttempt } from './attempt.ts';

const NO_NETWORK = 'It has a network namespace of its own, in which there is nothing but an empty loopback.';

const connect = (address: string, port: string): string =>
  `timeout 2 bash -c 'exec 3<>"/dev/tcp/${address}/${port}" && echo ESCAPED && cat <&3'`;
/** perl with a socket of that family and type, connected to an address that perl code makes. */
const perlConnect = (family: string, type: string, address: string): string =>
  `perl -MSocket -e 'socket(my $s, ${family}, ${type}, 0) or die "refused: $!\\n"; connect($s, ${address}) or die "refused: $!\\n"; print "ESCAPED\\n"; print while <$s>'`;

export const NETWORK_ATTEMPTS: readonly CommandAttempt[] = [
  {
    id: 'connect-loopback',
    tries: 'Connect to a port of the machine’s loopback, as Temporal, the API and the scripted model have',
    outcome: NO_NETWORK,
    script: `${connect('127.0.0.1', '$PORT')}; ${connect('localhost', '$PORT')}`,
    check: ({ visits }) => assert.deepEqual(visits(), []),
    control: true,
  },
  {
    id: 'connect-ipv6',
    tries: 'The same over IPv6',
    outcome: NO_NETWORK,
    script: connect('::1', '$PORT6'),
    check: ({ visits }) => assert.deepEqual(visits(), []),
    control: true,
  },
  {
    id: 'connect-postgres',
    tries: 'Connect to PostgreSQL’s port',
    outcome: NO_NETWORK,
    script: `timeout 2 bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$PG_PORT" && echo ESCAPED'`,
    control: true,
  },
  {
    id: 'postgres-socket',
    tries: 'Find a socket of PostgreSQL or of a service in `/run`, `/var/run` and `/tmp`',
    outcome: 'There is none: no folder with a socket in it is bound.',
    script:
      'find / -xdev -type s 2>/dev/null | grep . && echo ESCAPED; for place in /run /tmp /dev/shm /etc; do find "$place" -type s 2>/dev/null | grep . && echo ESCAPED; done; true',
  },
  {
    id: 'connect-own-address',
    tries: 'Connect to the machine by an address of its network card',
    outcome: NO_NETWORK,
    script: connect('$HOST_ADDRESS', '$PORT'),
    check: ({ visits }) => assert.deepEqual(visits(), []),
    control: true,
  },
  {
    id: 'connect-address',
    tries: 'Connect to an address in the internet, and to the metadata service of a cloud',
    outcome: NO_NETWORK,
    script: `${connect('1.1.1.1', '443')}; ${connect('169.254.169.254', '80')}`,
  },
  {
    id: 'connect-name',
    tries: 'Fetch from a host by its name',
    outcome: 'No name is resolved and no connection made.',
    script: `timeout 5 getent hosts registry.npmjs.org && echo ESCAPED; timeout 5 curl -s https://registry.npmjs.org/ && echo ESCAPED; true`,
  },
  {
    id: 'send-datagram',
    tries: 'Carry data out in DNS queries or other datagrams',
    outcome: NO_NETWORK,
    script: `perl -MSocket -e 'socket(my $s, PF_INET, SOCK_DGRAM, 0); for my $to ([$ENV{UDP_PORT}, "127.0.0.1"], [53, "8.8.8.8"]) { send($s, "out", 0, sockaddr_in($to->[0], inet_aton($to->[1]))) or print "refused: $!\\n" }'`,
    check: ({ visits }) => assert.deepEqual(visits(), []),
  },
  {
    id: 'unix-socket',
    tries: 'Connect to a program outside through a socket that is a file',
    outcome: 'The file does not exist inside.',
    script: perlConnect('PF_UNIX', 'SOCK_STREAM', 'sockaddr_un("$ENV{OUTSIDE}/socket")'),
    check: ({ visits }) => assert.deepEqual(visits(), []),
    control: true,
  },
  {
    id: 'abstract-socket',
    tries: 'Connect to a program outside through an abstract socket, which is no file',
    outcome: 'Abstract sockets belong to the network namespace, which is its own.',
    script: perlConnect('PF_UNIX', 'SOCK_STREAM', 'pack("Sa*", 1, "\\0$ENV{ABSTRACT}")'),
    check: ({ visits }) => assert.deepEqual(visits(), []),
    control: true,
  },
  {
    id: 'virtual-socket',
    tries:
      'Talk to the host of a virtual machine (AF_VSOCK), to Bluetooth and the like, which know no network namespace',
    outcome: 'The system call filter allows Unix, IPv4, IPv6 and netlink sockets only.',
    script: `for family in 40 31 38 29 17; do perl -e 'print socket(my $s, $ARGV[0], $ARGV[0] == 17 ? 3 : 1, 0) ? "ESCAPED $ARGV[0]\\n" : "refused: $!\\n"' $family; done`,
  },
  {
    id: 'change-network',
    tries: 'Bring up a device, a route or a tunnel of its own',
    outcome: 'It takes a capability.',
    script:
      'ip link add x type dummy && echo ESCAPED; ip link set lo mtu 1400 && echo ESCAPED; ip route add default dev lo && echo ESCAPED; true',
  },
];
