/** Whether a row that a bundle lacks was written after the bundle, or was left out of it. */
import { nameOf, type Row, SECTIONS, sectionOf } from './bundle-sections.ts';

/** Between the clocks of those who write, and between what happened and its record. */
const GRACE_MS = 60_000;

/** What is known of the time of an export. */
export interface Before {
  readonly exportedAt: string;
  /** The names of its rows. */
  readonly names: Iterable<string>;
}

/** Rows of the export of now, in its order: whether each is newer when the epic was open then, and when it was not. */
export function createNewerRows({ exportedAt, names }: Before) {
  const largest = largestSerials(names);
  const newRuns = new Set<string>();

  return (section: string, row: Row): { readonly ifOpen: boolean; readonly ifClosed: boolean } => {
    const { time, isDatedBack, isSerial, key = [] } = sectionOf(section) ?? {};
    const run = nameOf('workflow_runs', row) ?? '';
    // A run is seen when it records something, which may be long after it began.
    const isLate =
      (isSerial && Number(row[key[0] ?? '']) > (largest.get(section) ?? 0)) ||
      (section === 'history' && newRuns.has(run));
    const isAfter = (graceMs: number): boolean =>
      time !== undefined && Date.parse(String(row[time])) > Date.parse(exportedAt) - graceMs;
    const ifOpen = isLate || time === undefined || isAfter(GRACE_MS) || isDatedBack?.(row) === true;
    const ifClosed = isLate || isAfter(0);
    if (section === 'workflow_runs' && ifOpen) newRuns.add(run);
    return { ifOpen, ifClosed };
  };
}

function largestSerials(names: Iterable<string>): ReadonlyMap<string, number> {
  const serial = Object.keys(SECTIONS).filter((name) => sectionOf(name)?.isSerial);
  const largest = new Map(serial.map((name) => [name, 0]));
  for (const name of names) {
    const [section = '', number = ''] = name.split(' ');
    const before = largest.get(section);
    if (before !== undefined) largest.set(section, Math.max(before, Number(number)));
  }
  return largest;
}
