/**
 * The bundle that an epic is exported as: JSON lines, each sealed together with all lines before it. For the API and the
 * command line; not for pages, since a browser has no node:crypto.
 */
import { hash } from 'node:crypto';

/** Bundles of another format cannot be compared with what is exported now. */
export const FORMAT = 'factory-export/2';

/** The content of a line, without its number and seal. */
export interface Content {
  /** The first line. */
  readonly head?: {
    readonly format: string;
    readonly epicId: string;
    readonly exportedAt: string;
    readonly factory: string;
  };
  readonly section?: string;
  readonly row?: Readonly<Record<string, unknown>>;
  /** Temporal has no history of this run any more. */
  readonly gone?: { readonly workflow_id: string; readonly run_id: string };
  /** Why the export broke off; the last line then. */
  readonly failed?: string;
  /** The last line of a whole bundle: how many rows each section has. */
  readonly end?: Readonly<Record<string, number>>;
}

const SEAL = /,"seal":"([0-9a-f]{64})"\}$/;

/** Seals lines in the order of writing. Each ends with a line break. */
export function createSealer() {
  let [number, seal] = [0, ''];
  return (content: string): string => {
    number += 1;
    const text = `{"n":${number},${content.slice(1)}`;
    seal = sealOf(seal, text);
    return `${text.slice(0, -1)},"seal":"${seal}"}\n`;
  };
}

export interface OpenedLine extends Content {
  /** As the line says. */
  readonly n: number;
  readonly seal: string;
  /** The line is as it was sealed, behind the line that it was sealed behind. */
  readonly isSealed: boolean;
}

/** Opens lines in the order of reading; undefined for what is no line of a bundle. A broken seal is told once. */
export function createOpener() {
  let [seal, newest] = ['', 0];
  return (line: string): OpenedLine | undefined => {
    const given = SEAL.exec(line)?.[1];
    if (given === undefined) return undefined;
    const text = line.replace(SEAL, '}');
    const isSealed = sealOf(seal, text) === given;
    const content = parsed(text);
    if (content === undefined) return undefined;
    // A line that is out of place says nothing of those behind it.
    if (content.n > newest) [seal, newest] = [given, content.n];
    return { ...content, seal: given, isSealed };
  };
}

function parsed(text: string): (Content & { readonly n: number }) | undefined {
  try {
    const content = JSON.parse(text) as Content & { n: unknown };
    return typeof content.n === 'number' ? (content as Content & { n: number }) : undefined;
  } catch {
    return undefined;
  }
}

const sealOf = (before: string, text: string): string => hash('sha256', `${before}\n${text}`);
