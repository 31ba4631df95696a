/** Which cases and groups a place of a file is in. Pure. */
import type { Unit } from './cases-and-groups.ts';

export interface Outline {
  readonly units: readonly Unit[];
  /** From the outermost to the innermost. */
  readonly chainAt: (at: number) => readonly Unit[];
  /** The units around one. */
  readonly around: (unit: Unit) => readonly Unit[];
}

/** Takes units in the order of their beginnings, an outer one first. */
export function outlineOf(units: readonly Unit[]): Outline {
  const parents = new Map<Unit, Unit>();
  const open: Unit[] = [];
  for (const unit of units) {
    while ((open.at(-1)?.end ?? Infinity) < unit.end || (open.at(-1)?.end ?? Infinity) <= unit.start) open.pop();
    const parent = open.at(-1);
    if (parent !== undefined) parents.set(unit, parent);
    open.push(unit);
  }
  const around = (unit: Unit): Unit[] => {
    const parent = parents.get(unit);
    return parent === undefined ? [] : [...around(parent), parent];
  };
  const chainAt = (at: number): Unit[] => {
    let unit = lastBefore(units, at);
    while (unit !== undefined && unit.end <= at) unit = parents.get(unit);
    return unit === undefined ? [] : [...around(unit), unit];
  };
  return { units, chainAt, around };
}

export const idIn = (outline: Outline, unit: Unit): string[] => [...outline.around(unit), unit].map(({ name }) => name);

/** The last unit that begins at or before a place. */
function lastBefore(units: readonly Unit[], at: number): Unit | undefined {
  let [low, high] = [0, units.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((units[middle]?.start ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return units[low - 1];
}
