/** Takes what looks like a key out of words that leave the factory: for a pull request, or an issue. */
import { scanText } from './scan.ts';

export const REMOVED = '[a secret was removed here]';

/** Linear in the text's length. What is no known kind of key stays. */
export async function withoutSecrets(text: string): Promise<string> {
  const ranges = (await scanText(text)).map(({ range }) => range);
  let [clean, from] = ['', 0];
  for (const [start, end] of ranges.toSorted((a, b) => a[0] - b[0])) {
    if (start >= from) clean += text.slice(from, start) + REMOVED;
    from = Math.max(from, end);
  }
  return clean + text.slice(from);
}
