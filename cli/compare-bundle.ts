/** A bundle against what the database and Temporal hold now: what was altered, left out or made up, on either side. */
import { epicWorkflowId } from '../workflows/contract/ids.ts';
import type { Api } from './api.ts';
import { openLines } from './bundle-lines.ts';
import { nameOf, type Row, sectionOf } from './bundle-sections.ts';
import { createNewerRows } from './newer-rows.ts';
import { digestOf, type Finding, type KeptRow, type readBundle, readRows } from './read-bundle.ts';
import { brokenOff, readExport } from './read-export.ts';

type Bundle = Awaited<ReturnType<typeof readBundle>>;

export interface Comparison {
  readonly findings: Finding[];
  /** Rows that were written since. */
  newer: number;
  /** Rows that have changed since, as they may. */
  changed: number;
  /** Rows that were removed since, as they may be. */
  removed: number;
  /** Runs whose history Temporal does not keep any more. */
  readonly unchecked: string[];
}

interface Differing {
  readonly name: string;
  readonly section: string;
  readonly line: number;
  readonly now: Row;
}

/** A row that the bundle lacks, and whether it is newer than the bundle. */
interface Missing {
  readonly name: string;
  readonly ifOpen: boolean;
  readonly ifClosed: boolean;
}

/** Rows of the bundle that are read again together. */
const AT_ONCE = 1_000;

export async function compareBundle(api: Api, file: string, bundle: Bundle): Promise<Comparison> {
  const { head, rows } = bundle;
  const compared: Comparison = { findings: [], newer: 0, changed: 0, removed: 0, unchecked: [] };
  const newer = createNewerRows({ exportedAt: head.exportedAt, names: rows.keys() });
  const differing: Differing[] = [];
  const missing: Missing[] = [];
  const gone = new Set<string>();
  let epic: Row = {};
  let wasEndedFromOutside = false;
  let isWhole = false;
  for await (const line of openLines(await readExport(api, head.epicId))) {
    if ('text' in line) throw brokenOff('a line came damaged');
    if (line.failed !== undefined) throw brokenOff(line.failed);
    isWhole = line.end !== undefined;
    if (line.gone !== undefined) gone.add(`${line.gone.workflow_id} ${line.gone.run_id}`);
    const { section, row: now } = line;
    const name = section === undefined || now === undefined ? undefined : nameOf(section, now);
    if (name === undefined || now === undefined || section === undefined) continue;
    if (section === 'epics') epic = now;
    const kept = rows.get(name);
    if (kept === undefined) {
      const isNewer = newer(section, now);
      missing.push({ name, ...isNewer });
      wasEndedFromOutside ||= isNewer.ifClosed && isEndFromOutside(head.epicId, section, now);
      continue;
    }
    rows.delete(name);
    if (kept.digest !== digestOf(now)) differing.push({ name, section, line: kept.line, now });
  }
  if (!isWhole) throw brokenOff('its end is missing');
  const wasOpen = bundle.epic?.closed_at === null && (wasEndedFromOutside || isOpenAt(epic, head.exportedAt));
  settleMissing(compared, missing, wasOpen);
  await settleDiffering(compared, file, differing, wasOpen);
  await settleRest(compared, file, { rest: rows, gone, wasOpen });
  return compared;
}

/** The bundle alone is not believed: an epic that had ended then was not open. */
const isOpenAt = ({ closed_at }: Row, exportedAt: string): boolean =>
  closed_at === null || String(closed_at) > exportedAt;

/** An epic that was ended from outside is recorded later, as ended when Temporal ended it. */
const isEndFromOutside = (epicId: string, section: string, { entry_key }: Row): boolean =>
  section === 'decision_log' && String(entry_key).startsWith(`reconcile/${epicWorkflowId(epicId)}/`);

function settleMissing(compared: Comparison, missing: readonly Missing[], wasOpen: boolean): void {
  for (const { name, ifOpen, ifClosed } of missing) {
    if (wasOpen ? ifOpen : ifClosed) compared.newer += 1;
    else compared.findings.push({ kind: 'left out', line: null, row: name, detail: 'the bundle lacks it' });
  }
}

async function settleDiffering(
  compared: Comparison,
  file: string,
  differing: readonly Differing[],
  wasOpen: boolean,
): Promise<void> {
  for (let from = 0; from < differing.length; from += AT_ONCE) {
    const looked = differing.slice(from, from + AT_ONCE);
    const then = await readRows(file, new Set(looked.map(({ line }) => line)));
    for (const { name, section, line, now } of looked) {
      const detail = differences(section, then.get(line) ?? {}, now, wasOpen);
      if (detail === '') compared.changed += 1;
      else compared.findings.push({ kind: 'differs', line, row: name, detail });
    }
  }
}

const MOST_SHOWN = 80;

/** "reason: the bundle says …, and it is …", of the columns that may not have changed. */
function differences(section: string, before: Row, now: Row, wasOpen: boolean): string {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  const mayDiffer = sectionOf(section)?.changes?.(before, now, wasOpen) ?? [];
  const shown = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, MOST_SHOWN);
  return names
    .filter((name) => !mayDiffer.includes(name) && JSON.stringify(before[name]) !== JSON.stringify(now[name]))
    .map((name) => `${name}: the bundle says ${shown(before[name])}, and it is ${shown(now[name])}`)
    .join('; ');
}

interface Rest {
  readonly rest: ReadonlyMap<string, KeptRow>;
  readonly gone: ReadonlySet<string>;
  readonly wasOpen: boolean;
}

/** What is in the bundle alone. */
async function settleRest(compared: Comparison, file: string, { rest, gone, wasOpen }: Rest): Promise<void> {
  const unchecked = new Set<string>();
  const removable = wasOpen ? [...rest].filter(([name]) => sectionOf(sectionIn(name))?.isRemovable) : [];
  const then = await readRows(file, new Set(removable.map(([, { line }]) => line)));
  for (const [name, { line }] of rest) {
    const [section = '', workflowId = '', runId = ''] = name.split(' ');
    const run = `${workflowId} ${runId}`;
    const before = then.get(line);
    if (section === 'history' && gone.has(run)) unchecked.add(run);
    else if (before !== undefined && sectionOf(section)?.isRemovable?.(before)) compared.removed += 1;
    else {
      const where = section === 'history' ? 'Temporal' : 'the database';
      const detail = `not in ${where}: made up here, or removed there`;
      compared.findings.push({ kind: 'not found', line, row: name, detail });
    }
  }
  compared.unchecked.push(...unchecked);
}

const sectionIn = (name: string): string => name.slice(0, name.indexOf(' '));
