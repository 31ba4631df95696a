/** A kind of secret that the scan knows: a row of the tables beside this file. */

export interface Kind {
  /** Its name in questions, decisions and masks. */
  readonly kind: string;
  /** In lower case and ASCII: one of these is in every text that the pattern can find something in, unless `file` decides. */
  readonly near: readonly string[];
  /** With the flags `dg`. The group `value` is the secret, where the match holds more than that. */
  readonly pattern: RegExp;
  /** Only in files of this name. */
  readonly file?: RegExp;
  /** Looks closer at a match. */
  readonly accepts?: (value: string, groups: Readonly<Record<string, string>>) => boolean;
}
