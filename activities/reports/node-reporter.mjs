/**
 * A reporter for node:test that prints what Node's own default one prints, and besides writes each result as a line of
 * JSON into FACTORY_TEST_REPORTS. Runs in the repository's own Node, from version 20 on.
 */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import * as reporters from 'node:test/reporters';

// biome-ignore lint/style/noProcessEnv: runs in the repository's own Node, without the rest of the factory
const FOLDER = process.env.FACTORY_TEST_REPORTS;
const [major] = process.versions.node.split('.').map(Number);
const SPEC_EVERYWHERE = 23;

const file = FOLDER === undefined ? undefined : join(FOLDER, `node-${process.pid}-${Date.now()}.jsonl`);
const suites = [];

/** A suite is only known by its start, since its end comes after what is in it. */
function note({ type, data }) {
  if (file === undefined || typeof data?.nesting !== 'number') return;
  if (type === 'test:start') suites[data.nesting] = data.name;
  if (type !== 'test:pass' && type !== 'test:fail') return;
  const { name, nesting, skip, todo, details } = data;
  const outcome =
    skip !== undefined && skip !== false ? 'skipped' : todo !== undefined && todo !== false ? 'todo' : type.slice(5);
  const entry = { name, suite: suites.slice(0, nesting), outcome, kind: details?.type, file: data.file };
  try {
    appendFileSync(file, `${JSON.stringify(entry)}\n`);
  } catch {
    // The tests do not depend on it.
  }
}

async function* noted(source) {
  for await (const event of source) {
    note(event);
    yield event;
  }
}

export default async function* report(source) {
  const isSpec = major >= SPEC_EVERYWHERE || process.stdout.isTTY;
  if (!isSpec) return yield* reporters.tap(noted(source));
  const Spec = reporters.spec;
  for await (const chunk of Readable.from(noted(source)).pipe(new Spec())) yield chunk;
}
