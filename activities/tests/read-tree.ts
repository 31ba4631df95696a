/** Reads a test file by its syntax tree: comments, strings, and where each case and group begins and ends. */
import type { Node } from 'web-tree-sitter';
import { isRun, nameIn, type Reading, type Unit } from './cases-and-groups.ts';
import type { CodeText } from './code-text.ts';
import type { Language } from './language.ts';

const COMMENT = /comment/;
const STRING =
  /^(?:.*string.*|char_literal|rune_literal|heredoc_body|regex|regex_literal|nowdoc|nowdoc_body|line_str_text)$/;
const INTERPOLATION = /interpolation|template_substitution/;
const BODIES = new Set([
  ...['block', 'statement_block', 'compound_statement', 'body_statement', 'do_block', 'function_body', 'class_body'],
  ...['arrow_expression_clause', 'declaration_list', 'field_declaration_list', 'enum_class_body'],
]);
/** Nodes that hold statements: a call's statement ends below one. */
const HOLDERS =
  /^(?:program|module|source_file|compilation_unit|statements|.*block|.*body|.*list|.*statement_list|global_statement)$/;
/** Parsers give up on what is nested deeper, and so do people. */
const DEEPEST = 1_500;
const LONGEST_HEAD = 5_000;

export function readTree(language: Language, raw: string, root: Node): Reading {
  const isString = new Uint8Array(raw.length);
  const comments: [number, number][] = [];
  const units: Unit[] = [];
  const text = () => blanked(raw, comments);
  const declared: Node[] = [];
  const open: { node: Node; depth: number }[] = [{ node: root, depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, depth } = next;
    if (depth > DEEPEST) throw new Error('nested too deeply');
    if (COMMENT.test(node.type) || isProse(node)) {
      comments.push([node.startIndex, node.endIndex]);
      continue;
    }
    if (STRING.test(node.type)) isString.fill(1, node.startIndex, node.endIndex);
    else if (INTERPOLATION.test(node.type)) isString.fill(0, node.startIndex, node.endIndex);
    if (language.declarations?.includes(node.type) || language.calls?.includes(node.type)) declared.push(node);
    for (const child of node.children.toReversed()) if (child !== null) open.push({ node: child, depth: depth + 1 });
  }
  const code: CodeText = { text: text(), isCode: (index) => isString[index] === 0 };
  const seen = new Set<string>();
  for (const node of declared) {
    const unit = unitOf(language, code.text, raw, node);
    const key = unit === undefined ? '' : `${unit.start}-${unit.end}`;
    if (unit === undefined || seen.has(key)) continue;
    seen.add(key);
    units.push(unit);
  }
  const closed = declared.filter((node) => isClosed(language, code.text, node));
  const reached = units.filter(
    ({ start, end }) => !closed.some(({ startIndex, endIndex }) => startIndex < start && end <= endIndex),
  );
  return { code, units: reached.sort((a, b) => a.start - b.start || b.end - a.end) };
}

function isClosed({ closed = [] }: Language, text: string, node: Node): boolean {
  if (closed.length === 0) return false;
  const head = text.slice(node.startIndex, blockOf(node)?.startIndex ?? node.endIndex);
  return closed.some((pattern) => pattern.test(head));
}

function unitOf(language: Language, text: string, raw: string, node: Node): Unit | undefined {
  const isCall = language.calls?.includes(node.type) === true;
  const whole = isCall ? statementOf(node) : node;
  const start = startOf(language, whole);
  const block = blockOf(whole);
  const body = block?.startIndex ?? whole.endIndex;
  const end = whole.endIndex;
  const source = language.hasDocComments === true ? raw : text;
  const head = source
    .slice(start, Math.min(body, start + LONGEST_HEAD))
    .trimStart()
    .replace(/^(?:\/\*[\s\S]*?\*\/\s*)(?=[^@]*$)/, '');
  const name = nameIn(language.cases, head);
  if (name !== undefined)
    return isRun(language, name, raw.slice(start, end)) ? { kind: 'case', name, start, body, end } : undefined;
  const group = nameIn(language.groups, head);
  return group === undefined ? undefined : { kind: 'group', name: group, start, body, end };
}

/** The statement that begins with a call: what is chained to it belongs to it. */
function statementOf(node: Node): Node {
  let whole = node;
  for (let { parent } = whole; parent !== null && parent.startIndex === whole.startIndex; { parent } = whole) {
    if (HOLDERS.test(parent.type)) break;
    whole = parent;
  }
  return whole;
}

/** Decorators, attributes and comments before a declaration belong to it. */
function startOf(language: Language, node: Node): number {
  if (node.parent?.type === 'decorated_definition') return node.parent.startIndex;
  let first = node;
  for (let before = first.previousSibling; before !== null; before = first.previousSibling) {
    const isPart = before.type === 'attribute_item' || (language.hasDocComments === true && COMMENT.test(before.type));
    if (!isPart) break;
    first = before;
  }
  return first.startIndex;
}

/** The first block within, which is the body of the function or class. */
function blockOf(node: Node): Node | undefined {
  let level: Node[] = [node];
  for (let depth = 0; depth < 12 && level.length > 0 && level.length < 2_000; depth++) {
    const block = level.find(({ type }, index) => (depth > 0 || index > 0) && BODIES.has(type));
    if (block !== undefined) return block;
    level = level.flatMap(({ children }) => children.filter((child) => child !== null));
  }
  return undefined;
}

/** In Python a string on its own is a comment. */
const isProse = (node: Node): boolean =>
  node.type === 'expression_statement' && node.namedChildCount === 1 && node.namedChildren[0]?.type === 'string';

function blanked(raw: string, spans: readonly (readonly [number, number])[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const [start, end] of spans) {
    parts.push(raw.slice(at, start), raw.slice(start, end).replaceAll(/[^\n]/g, ' '));
    at = end;
  }
  return parts.join('') + raw.slice(at);
}
