/** Reads single keys of a TOML file, as text. Pure. */

/** Comments and strings in the order in which they stand, so that neither hides in the other. */
const TOKENS = /"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|#[^\n]*/g;
const KEY = /^\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=\s*(.*)$/;
const TABLE = /^\s*\[{1,2}([^[\]]+)\]{1,2}\s*$/;

/** The values of the keys, each with the name of its table: `package.build`; without blanks, arrays of lines in one. */
export function readTomlKeys(text: string, keys: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  const lines = text
    .replace(TOKENS, (token) => (token.startsWith('#') ? '' : `"${encodeURIComponent(inner(token).toWellFormed())}"`))
    .replace(/=\s*\[[^\]]*\]/g, (array) => array.replace(/\s+/g, ''))
    .split(/\r?\n/);
  let table = '';
  for (const line of lines) {
    const opened = TABLE.exec(line)?.[1];
    if (opened !== undefined) table = plain(opened);
    const [, key = '', value = ''] = KEY.exec(line) ?? [];
    const name = [table, plain(key)].filter((part) => part !== '').join('.');
    if (key !== '' && keys.includes(name)) found.set(name, value.replace(/\s+/g, ''));
  }
  return found;
}

/** Encoded without quotes, a string holds nothing that means anything outside of one. */
const inner = (token: string): string => token.replace(/^('''|"""|['"])|('''|"""|['"])$/g, '');

const plain = (key: string): string => key.replace(/["'\s]/g, '');
