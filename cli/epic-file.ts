/** An epic in a file: Markdown whose first heading is the title, or JSON with any field of an epic. */

/** The fields as they were written; the API says what does not fit. */
export type EpicFields = Readonly<Record<string, unknown>> & { readonly title?: unknown };

export class UnreadableEpic extends Error {
  override readonly name = 'UnreadableEpic';
}

/** JSON when the name ends so or the text begins so; else Markdown. */
export function parseEpicFile(name: string, text: string): EpicFields {
  if (name.endsWith('.json') || (!/\.(md|markdown)$/.test(name) && text.trimStart().startsWith('{'))) {
    return parseJson(name, text);
  }
  return parseMarkdown(name, text);
}

function parseJson(name: string, text: string): EpicFields {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UnreadableEpic(`${name} is not JSON: ${(error as Error).message}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UnreadableEpic(`${name} must hold one JSON object with a title`);
  }
  return value as EpicFields;
}

/** Text before the first heading belongs to the description; a heading inside a code fence is none. */
function parseMarkdown(name: string, text: string): EpicFields {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  let fenced = false;
  const heading = lines.findIndex((line) => {
    if (/^\s{0,3}(```|~~~)/.test(line)) fenced = !fenced;
    return !fenced && /^#{1,6}\s+\S/.test(line);
  });
  if (heading === -1) throw new UnreadableEpic(`${name} has no heading; the first one is the epic's title: # Title`);
  const title = (lines[heading] ?? '').replace(/^#+\s+/, '').replace(/\s+#*\s*$/, '');
  const description = [...lines.slice(0, heading), ...lines.slice(heading + 1)].join('\n').trim();
  return { title, description };
}
