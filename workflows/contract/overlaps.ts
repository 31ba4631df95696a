/** Tasks of a plan that will likely change the same files at the same time, and what keeps them apart. Pure. */
import { overlap, type PathPattern, pathsOf } from './file-patterns.ts';

/** What of a task decides. */
export interface OverlapTask {
  readonly key: string;
  readonly dependsOn: readonly string[];
  readonly files?: readonly string[] | undefined;
}

export interface Overlap {
  /** Keys, in plan order. */
  readonly tasks: readonly [string, string];
  /** The patterns of the first that meet one of the second. */
  readonly files: readonly string[];
}

/** Pairs that touch the same files while neither waits for the other, in plan order. */
export function overlapsOf(tasks: readonly OverlapTask[]): Overlap[] {
  const needs = needsOf(tasks);
  const common = commonOf(tasks);
  const waits = (one: OverlapTask, other: OverlapTask) => needs.get(one.key)?.has(other.key) === true;
  return tasks.flatMap((one, at) =>
    tasks.slice(at + 1).flatMap((other) => {
      if (waits(one, other) || waits(other, one)) return [];
      const files = common(one, other);
      return files.length === 0 ? [] : [{ tasks: [one.key, other.key] as const, files }];
    }),
  );
}

/**
 * The plan with as few dependencies more as make each overlapping pair wait: the later task waits for the earlier one, where
 * "later" is the order in which they could be done, and otherwise that of the plan. A task of `fixed` gets none: it has
 * started. Idempotent, and as free of cycles as the plan was.
 */
export function inSequence<Task extends OverlapTask>(
  tasks: readonly Task[],
  fixed: ReadonlySet<string> = new Set(),
): Task[] {
  const needs = needsOf(tasks);
  const common = commonOf(tasks);
  const more = new Map<string, string[]>();
  const ordered = orderOf(tasks, fixed);
  for (const [at, task] of ordered.entries()) {
    const own = needs.get(task.key) ?? new Set<string>();
    // Those before are settled by now; the dependencies of what this one waits for are its own too.
    for (const key of [...own]) for (const further of needs.get(key) ?? []) own.add(further);
    if (fixed.has(task.key)) continue;
    // The nearest first: what waits for it already needs no second dependency.
    for (const earlier of ordered.slice(0, at).toReversed()) {
      if (own.has(earlier.key) || common(earlier, task).length === 0) continue;
      more.set(task.key, [...(more.get(task.key) ?? []), earlier.key]);
      own.add(earlier.key);
      for (const further of needs.get(earlier.key) ?? []) own.add(further);
    }
  }
  return tasks.map((task) => {
    const added = more.get(task.key);
    return added === undefined ? task : { ...task, dependsOn: [...task.dependsOn, ...added] };
  });
}

/** "cart and prices (src/shop.ts)", the first few. */
export function overlapWords(overlaps: readonly Overlap[]): string {
  const pairs = overlaps.slice(0, SHOWN).map(({ tasks: [one, other], files }) => `${one} and ${other} (${files[0]})`);
  const rest = overlaps.length - pairs.length;
  return [...pairs, ...(rest > 0 ? [`${rest} more`] : [])].join(', ');
}

const SHOWN = 5;

/** Finds the patterns of one task that meet one of another. */
function commonOf(tasks: readonly OverlapTask[]) {
  const read = ({ files = [] }: OverlapTask): [string, PathPattern[]][] => files.map((file) => [file, pathsOf(file)]);
  const known = new Map(tasks.map((task) => [task.key, read(task)]));
  const isMet = (path: PathPattern, key: string) =>
    known.get(key)?.some(([, others]) => others.some((other) => overlap(path, other))) === true;
  return (one: OverlapTask, other: OverlapTask): string[] =>
    (known.get(one.key) ?? []).flatMap(([file, paths]) => (paths.some((path) => isMet(path, other.key)) ? [file] : []));
}

/** All that each task waits for, directly or not. */
function needsOf(tasks: readonly OverlapTask[]): Map<string, Set<string>> {
  const direct = new Map(tasks.map(({ key, dependsOn }) => [key, dependsOn]));
  return new Map(
    tasks.map(({ key }) => {
      const found = new Set<string>();
      const open = [...(direct.get(key) ?? [])];
      for (let next = open.pop(); next !== undefined; next = open.pop()) {
        if (found.has(next)) continue;
        found.add(next);
        open.push(...(direct.get(next) ?? []));
      }
      return [key, found] as const;
    }),
  );
}

/** An order in which they could be done: fixed ones and what those wait for first, else as the plan has them. */
function orderOf<Task extends OverlapTask>(tasks: readonly Task[], fixed: ReadonlySet<string>): Task[] {
  const ordered: Task[] = [];
  const placed = new Set<string>();
  const known = new Set(tasks.map(({ key }) => key));
  const left = [...tasks.filter(({ key }) => fixed.has(key)), ...tasks.filter(({ key }) => !fixed.has(key))];
  while (left.length > 0) {
    const ready = left.findIndex(({ dependsOn }) => dependsOn.every((key) => placed.has(key) || !known.has(key)));
    // On a cycle, which no valid plan has.
    const [next] = left.splice(Math.max(0, ready), 1);
    if (next === undefined) break;
    placed.add(next.key);
    ordered.push(next);
  }
  return ordered;
}
