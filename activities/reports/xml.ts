/** Reads XML of others: element by element, without entities of its own, and only as deep as reports are. Pure. */
import { SaxesParser } from 'saxes';
import { UnreadableReport } from './test-report.ts';

export interface XmlHandlers {
  readonly open: (name: string, attributes: Readonly<Record<string, string>>) => void;
  readonly close: (name: string) => void;
}

const MOST_DEPTH = 100;

export function readXml(text: string, { open, close }: XmlHandlers): void {
  const parser = new SaxesParser();
  let depth = 0;
  parser.on('error', (error) => {
    throw new UnreadableReport(`it is no valid XML: ${error.message.slice(0, 200)}`);
  });
  parser.on('doctype', () => {
    throw new UnreadableReport('it declares a document type, which no report needs');
  });
  parser.on('opentag', ({ name, attributes }) => {
    depth += 1;
    if (depth > MOST_DEPTH) throw new UnreadableReport('it is nested too deeply');
    open(name, attributes);
  });
  parser.on('closetag', ({ name }) => {
    depth -= 1;
    close(name);
  });
  // Begins with a byte order mark where .NET writes it.
  parser.write(text.replace(/^\uFEFF/, '')).close();
}
