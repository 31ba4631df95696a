/** Text that PostgreSQL takes: it refuses NUL and half a surrogate pair, in text and in JSON, and would for ever. */
import { type KyselyPlugin, OperationNodeTransformer, type PrimitiveValueListNode, type ValueNode } from 'kysely';

/** The text with U+FFFD, the replacement character, in place of each NUL and each half of a surrogate pair. */
export const storable = (text: string): string => text.replaceAll('\0', '\uFFFD').toWellFormed();

/** An escape of JSON; `JSON.stringify` writes one for a surrogate only where its other half is missing. */
const ESCAPE = /\\(?:u[0-9a-f]{4}|.)/g;
const UNSTORABLE = /^\\u(?:0000|d[89a-f])/;

/** The value as JSON, its texts and keys storable. */
export const storableJson = (value: unknown): string =>
  JSON.stringify(value).replace(ESCAPE, (written) => (UNSTORABLE.test(written) ? '\uFFFD' : written));

/**
 * Makes every text of every statement storable, wherever it came from and whatever column it goes to, and takes out what
 * `clean` does not let pass.
 */
export class StorableText implements KyselyPlugin {
  readonly #transformer: StorableTextTransformer;

  constructor(clean: Clean = (text) => text) {
    this.#transformer = new StorableTextTransformer(clean);
  }

  transformQuery({ node, queryId }: Parameters<KyselyPlugin['transformQuery']>[0]) {
    return this.#transformer.transformNode(node, queryId);
  }

  async transformResult({ result }: Parameters<KyselyPlugin['transformResult']>[0]) {
    return result;
  }
}

/** A value as JSON that is stored as it is: what is still to be carried out, or signed by others, must not change. */
export class AsWritten {
  readonly json: string;

  constructor(value: unknown) {
    this.json = storableJson(value);
  }
}

/** Cleans a text, or a value as JSON, before it is stored. */
export type Clean = (text: string) => string;

class StorableTextTransformer extends OperationNodeTransformer {
  readonly #clean: Clean;

  constructor(clean: Clean) {
    super();
    this.#clean = clean;
  }

  protected override transformValue(node: ValueNode): ValueNode {
    return { ...node, value: storableValue(node.value, this.#clean) };
  }

  protected override transformPrimitiveValueList(node: PrimitiveValueListNode): PrimitiveValueListNode {
    return { ...node, values: node.values.map((value) => storableValue(value, this.#clean)) };
  }
}

/** A parameter is a text, a list of them for a PostgreSQL array, or holds no text. */
function storableValue(value: unknown, clean: Clean): unknown {
  if (value instanceof AsWritten) return value.json;
  if (typeof value === 'string') return storable(clean(value));
  return Array.isArray(value) ? value.map((one) => storableValue(one, clean)) : value;
}
