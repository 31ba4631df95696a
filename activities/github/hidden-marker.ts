/** How what the factory writes on GitHub is known again: a hidden last line, which makes each text happen once by its key. */
import { createHash } from 'node:crypto';
import { OWN_WORDS } from '../../workflows/contract/pull-request.ts';

export const marker = (kind: string, key: string): string =>
  `<!-- factory:${kind}:${createHash('sha256').update(key).digest('hex').slice(0, 16)} -->`;

export const marked = (body: string, kind: string, key: string): string => `${body}\n\n${marker(kind, key)}`;

/** What kind of text of ours this is; undefined for everybody else's, quotations of ours included. */
export const kindOf = (body: string | null): string | undefined => OWN_WORDS.exec(lastLine(body))?.[1];

export const hasMarker = (body: string | null, kind: string, key: string): boolean =>
  lastLine(body) === marker(kind, key);

const lastLine = (body: string | null): string => (body ?? '').trimEnd().split(/\r?\n/).at(-1) ?? '';
