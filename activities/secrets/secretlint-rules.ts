/**
 * The rules that secretlint recommends, run without its engine: that is asynchronous, and neither a line of a log nor a
 * parameter of a statement can wait. Its markers in files lift nothing: the author of a file could write them too.
 */
import { creator } from '@secretlint/secretlint-rule-preset-recommend';
import type { SecretLintRuleContext, SecretLintSourceCode } from '@secretlint/types';

export interface Reported {
  readonly kind: string;
  readonly start: number;
  readonly end: number;
}

/**
 * The tables look for passwords in addresses of any scheme, and for AWS keys, whose end this rule reports wrongly. The
 * markers need a position in a file, and key files their extension, which a text has not.
 */
const LEFT_OUT: ReadonlySet<string> = new Set([
  '@secretlint/secretlint-rule-filter-comments',
  '@secretlint/secretlint-rule-gcp',
  '@secretlint/secretlint-rule-aws',
  '@secretlint/secretlint-rule-basicauth',
  '@secretlint/secretlint-rule-database-connection-string',
]);
export const RULES = creator.rules.filter(({ meta }) => meta.type === 'scanner' && !LEFT_OUT.has(meta.id));

/** In the order of the rules, and perhaps one within another. */
export function findRecommended(text: string, rules = RULES): Reported[] {
  const found: Reported[] = [];
  const context: SecretLintRuleContext = {
    sharedOptions: {},
    createTranslator: () => (messageId) => ({ messageId: String(messageId), message: '', data: {} }),
    ignore: () => {},
    report: ({ message: { messageId }, range: [start, end] }) => found.push({ kind: messageId, start, end }),
  };
  for (const rule of rules) void rule.create(context, {}).file?.(sourceOf(text));
  return found;
}

/** The rules for texts read the content only, and the extension of a file that is not there. */
const sourceOf = (content: string): SecretLintSourceCode =>
  ({
    content,
    ext: '',
    contentType: 'text',
    hasBOM: false,
    filePath: undefined,
  }) as Partial<SecretLintSourceCode> as SecretLintSourceCode;
