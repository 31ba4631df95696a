/** Pointers of Git LFS: the small text that a commit has in place of a large file. Pure. */

/** The content that a pointer stands for: its SHA-256 and its size in bytes. */
export interface Pointer {
  readonly oid: string;
  readonly size: number;
}

/** A larger file is no pointer, for git-lfs neither. */
export const MOST_POINTER_BYTES = 1024;

const VERSION =
  /^version (https?:\/\/(git-lfs\.github\.com|hawser\.github\.com)\/spec\/v1|http:\/\/git-media\.io\/v\/2)$/;

/** Reads a pointer as git-lfs would, older spellings included; undefined for any other text. */
export function readPointer(text: string): Pointer | undefined {
  if (text.length > MOST_POINTER_BYTES) return undefined;
  const lines = text.trim().split(/\r?\n/).filter(Boolean);
  if (!VERSION.test(lines[0] ?? '')) return undefined;
  const oid = lines.map((line) => /^oid sha256:([0-9a-f]{64})$/.exec(line)?.[1]).find(Boolean);
  const size = lines.map((line) => /^size (\d{1,15})$/.exec(line)?.[1]).find(Boolean);
  return oid === undefined || size === undefined ? undefined : { oid, size: Number(size) };
}
