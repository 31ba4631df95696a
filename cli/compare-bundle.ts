/** A bundle against what the database and Temporal hold now: what was altered, left out or made up, on either side. */
import { nameOf, sectionOf } from '../api/client/bundle-sections.ts';
import type { Api } from './api.ts';
import { openLines } from './bundle-lines.ts';
import { digestOf, type Finding, type KeptRow, type Row, type readBundle, readRows } from './read-bundle.ts';
import { brokenOff, readExport } from './read-export.ts';

type Bundle = Awaited<ReturnType<typeof readBundle>>;

export interface Comparison {
  readonly findings: Finding[];
  /** Rows that were written since. */
  newer: number;
  /** Rows that have changed since, as they may. */
  changed: number;
  /** Runs whose history Temporal does not keep any more. */
  readonly unchecked: string[];
}

interface Differing {
  readonly name: string;
  readonly section: string;
  readonly line: number;
  readonly now: Row;
}

/** More of them are not looked at one by one. */
const MOST_DIFFERING = 1_000;
/** Between the clocks of those who write, and between a decision and its record. */
const GRACE_MS = 60_000;

export async function compareBundle(api: Api, file: string, bundle: Bundle): Promise<Comparison> {
  const { head, rows } = bundle;
  const compared: Comparison = { findings: [], newer: 0, changed: 0, unchecked: [] };
  const differing: Differing[] = [];
  const gone = new Set<string>();
  let wasOpen = false;
  let isWhole = false;
  for await (const line of openLines(await readExport(api, head.epicId))) {
    if ('text' in line) throw brokenOff('a line came damaged');
    if (line.failed !== undefined) throw brokenOff(line.failed);
    isWhole = line.end !== undefined;
    if (line.gone !== undefined) gone.add(`${line.gone.workflow_id} ${line.gone.run_id}`);
    const { section, row: now } = line;
    const name = section === undefined || now === undefined ? undefined : nameOf(section, now);
    if (name === undefined || now === undefined || section === undefined) continue;
    if (section === 'epics') wasOpen = isOpenAt(bundle.epic, now, head.exportedAt);
    const kept = rows.get(name);
    if (kept === undefined) {
      if (isNewer(section, now, head.exportedAt, wasOpen)) compared.newer += 1;
      else compared.findings.push({ kind: 'left out', line: null, row: name, detail: 'the bundle lacks it' });
      continue;
    }
    rows.delete(name);
    if (kept.digest !== digestOf(now)) differing.push({ name, section, line: kept.line, now });
  }
  if (!isWhole) throw brokenOff('its end is missing');
  await settleDiffering(compared, file, differing, wasOpen);
  settleRest(compared, rows, gone);
  return compared;
}

/** The bundle alone is not believed: an epic that had ended then was not open. */
function isOpenAt(then: Row | undefined, now: Row, exportedAt: string): boolean {
  const closedAt = now.closed_at;
  return then?.closed_at === null && (closedAt === null || String(closedAt) > exportedAt);
}

function isNewer(name: string, row: Row, exportedAt: string, wasOpen: boolean): boolean {
  const { time } = sectionOf(name) ?? {};
  if (time === undefined) return wasOpen;
  return Date.parse(String(row[time])) > Date.parse(exportedAt) - (wasOpen ? GRACE_MS : 0);
}

async function settleDiffering(
  compared: Comparison,
  file: string,
  differing: readonly Differing[],
  wasOpen: boolean,
): Promise<void> {
  const looked = differing.slice(0, MOST_DIFFERING);
  const then = await readRows(file, new Set(looked.map(({ line }) => line)));
  for (const { name, section, line, now } of looked) {
    const before = then.get(line) ?? {};
    if (mayChange(section, before, now, wasOpen)) compared.changed += 1;
    else compared.findings.push({ kind: 'differs', line, row: name, detail: differences(before, now) });
  }
  for (const { name, line } of differing.slice(MOST_DIFFERING)) {
    compared.findings.push({ kind: 'differs', line, row: name, detail: 'not compared column by column' });
  }
}

function mayChange(name: string, before: Row, now: Row, wasOpen: boolean): boolean {
  const changes = sectionOf(name)?.changes ?? 'never';
  if (typeof changes === 'string') return changes === 'while open' && wasOpen;
  return before[changes.settles] === null && now[changes.settles] !== null;
}

const MOST_SHOWN = 80;

/** "reason: the bundle says …, and it is …" */
function differences(before: Row, now: Row): string {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  const shown = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, MOST_SHOWN);
  return names
    .filter((name) => JSON.stringify(before[name]) !== JSON.stringify(now[name]))
    .map((name) => `${name}: the bundle says ${shown(before[name])}, and it is ${shown(now[name])}`)
    .join('; ');
}

/** What is in the bundle alone. */
function settleRest(compared: Comparison, rest: ReadonlyMap<string, KeptRow>, gone: ReadonlySet<string>): void {
  const unchecked = new Set<string>();
  for (const [name, { line }] of rest) {
    const [section, workflowId = '', runId = ''] = name.split(' ');
    const run = `${workflowId} ${runId}`;
    if (section === 'history' && gone.has(run)) unchecked.add(run);
    else {
      const where = section === 'history' ? 'Temporal' : 'the database';
      compared.findings.push({ kind: 'made up', line, row: name, detail: `${where} has no such row` });
    }
  }
  compared.unchecked.push(...unchecked);
}
