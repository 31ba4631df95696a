/** The system call filter, run here as the kernel runs it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seccompFilter } from '../../clients/terminal/seccomp.ts';

const ALLOW = 0x7fff0000;
const EPERM = 0x00050001;

/** Classic BPF, as far as the filter uses it. */
function verdict(filter: Uint8Array, call: { audit: number; number: number; args: readonly number[] }): number {
  const program = Buffer.from(filter);
  const data = Buffer.alloc(64);
  data.writeUInt32LE(call.number, 0);
  data.writeUInt32LE(call.audit, 4);
  for (const [index, value] of call.args.entries()) data.writeUInt32LE(value, 16 + 8 * index);
  let loaded = 0;
  for (let at = 0; ; at++) {
    const code = program.readUInt16LE(at * 8);
    const [ifTrue, ifFalse] = [program.readUInt8(at * 8 + 2), program.readUInt8(at * 8 + 3)];
    const value = program.readUInt32LE(at * 8 + 4);
    const jump = (holds: boolean) => (holds ? ifTrue : ifFalse);
    if (code === 0x06) return value;
    if (code === 0x20) loaded = data.readUInt32LE(value);
    else if (code === 0x15) at += jump(loaded === value);
    else if (code === 0x35) at += jump(loaded >= value);
    else if (code === 0x45) at += jump((loaded & value) !== 0);
    else assert.fail(`instruction ${code}`);
  }
}

const PROCESSORS = { x64: { audit: 0xc000003e, openat: 257 }, arm64: { audit: 0xc00000b7, openat: 56 } };
const O_WRONLY = 0o1;
const O_CREAT = 0o100;
const TMPFILE = 0o20000000;

for (const [name, { audit, openat }] of Object.entries(PROCESSORS)) {
  test(`on ${name} no file is made that lends its owner's rights, whichever way it is made`, () => {
    const filter = seccompFilter(name) as Uint8Array;
    const open = (flags: number, mode: number) => verdict(filter, { audit, number: openat, args: [0, 0, flags, mode] });
    for (const flags of [O_CREAT | O_WRONLY, TMPFILE | O_WRONLY]) {
      for (const mode of [0o4755, 0o2755]) assert.equal(open(flags, mode), EPERM, `${flags} ${mode}`);
      assert.equal(open(flags, 0o1777), ALLOW);
    }
    // What the register holds where no mode is given means nothing.
    assert.equal(open(O_WRONLY, 0o4755), ALLOW);
  });
}
