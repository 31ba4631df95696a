/** A bundle read line by line, from a file or as it is sent. */
import { createOpener, type OpenedLine } from '../api/client/bundle.ts';

/** Each line, opened; one that is no line of a bundle has only its text. */
export async function* openLines(
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<OpenedLine | { readonly text: string }> {
  const open = createOpener();
  for await (const text of linesOf(bytes)) yield open(text) ?? { text };
}

async function* linesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let begun = '';
  for await (const chunk of bytes) {
    const lines = (begun + decoder.decode(chunk, { stream: true })).split('\n');
    begun = lines.pop() ?? '';
    yield* lines;
  }
  if (begun !== '') yield begun;
}
