/**
 * Linear's schema, out of the types that @linear/sdk ships: the package holds no schema.graphql, but its code generator
 * wrote every object, input, enum and argument of the published schema into its declarations.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { buildSchema, type GraphQLSchema } from 'graphql';

/** `type A = Node & { … };`, `declare enum B { … }`, `type C = D | E;` */
const OBJECT = /^type (\w+) = ((?:\w+ & )*)\{\n([\s\S]*?)^\};/gm;
const ENUM = /^declare enum (\w+) \{\n([\s\S]*?)^\}/gm;
const UNION = /^type (\w+) = (\w+(?: \| \w+)+);$/gm;
const SCALARS = /^type Scalars = \{\n([\s\S]*?)^\};/m;
const FIELD = /^ {2}(\w+)(\?)?: ([^;]+);$/gm;

interface Declared {
  readonly parents: readonly string[];
  readonly fields: readonly { readonly name: string; readonly type: string }[];
  readonly isOutput: boolean;
}

export function linearSchema(): GraphQLSchema {
  const text = declarations();
  const scalars = [...(SCALARS.exec(text)?.[1] ?? '').matchAll(FIELD)].map(([, name = '']) => name);
  const enums = new Map([...text.matchAll(ENUM)].map(([, name = '', body = '']) => [name, valuesOf(body)]));
  const unions = new Map([...text.matchAll(UNION)].map(([, name = '', members = '']) => [name, members]));
  const objects = new Map(
    [...text.matchAll(OBJECT)].map(([, name = '', parents = '', body = '']) => [
      name,
      { parents: parents.split(' & ').filter(Boolean), fields: fieldsOf(body), isOutput: body.includes('__typename') },
    ]),
  );
  const sdl: string[] = scalars.filter((name) => !BUILT_IN.has(name)).map((name) => `scalar ${name}`);
  const seen = new Set<string>([...scalars]);

  const visit = (type: string, isInput: boolean): void => {
    const name = type.replace(/[[\]!]/g, '');
    if (seen.has(name)) return;
    seen.add(name);
    const values = enums.get(name);
    if (values !== undefined) sdl.push(`enum ${name} { ${values.join(' ')} }`);
    const members = unions.get(name);
    if (members !== undefined) {
      sdl.push(`union ${name} = ${members}`);
      for (const member of members.split(' | ')) visit(member, false);
    }
    const object = objects.get(name);
    if (object !== undefined) sdl.push(isInput ? input(name, object) : output(name, object));
    if (values ?? members ?? object) return;
    throw new Error(`@linear/sdk declares no type ${name}`);
  };

  const input = (name: string, { fields }: Declared): string => {
    for (const { type } of fields) visit(type, true);
    return `input ${name} { ${fields.map((field) => `${field.name}: ${field.type}`).join('\n')} }`;
  };

  const output = (name: string, { fields, parents, isOutput }: Declared): string => {
    const lines = fields.map((field) => {
      visit(field.type, false);
      const given = objects.get(`${name}${field.name[0]?.toUpperCase()}${field.name.slice(1)}Args`);
      for (const { type } of given?.fields ?? []) visit(type, true);
      const list = given?.fields.map((argument) => `${argument.name}: ${argument.type}`).join(', ');
      return `${field.name}${list ? `(${list})` : ''}: ${field.type}`;
    });
    for (const parent of parents) visit(parent, false);
    const implemented = parents.length === 0 ? '' : ` implements ${parents.join(' & ')}`;
    return `${isOutput ? 'type' : 'interface'} ${name}${implemented} { ${lines.join('\n')} }`;
  };

  visit('Query', false);
  visit('Mutation', false);
  return buildSchema(sdl.join('\n'), { assumeValidSDL: true });
}

const BUILT_IN = new Set(['ID', 'String', 'Boolean', 'Int', 'Float']);

function declarations(): string {
  const folder = path.dirname(new URL(import.meta.resolve('@linear/sdk')).pathname);
  const files = readdirSync(folder).filter((file) => file.endsWith('.d.mts'));
  const texts = files.map((file) => readFileSync(path.join(folder, file), 'utf8'));
  const text = texts.find((candidate) => SCALARS.test(candidate));
  if (text === undefined) throw new Error('@linear/sdk ships its types in another form now; this file must follow');
  return text;
}

const valuesOf = (body: string): string[] =>
  [...body.matchAll(/^ {2}\w+ = "(\w+)",$/gm)].map(([, value = '']) => value);

function fieldsOf(body: string) {
  return [...body.matchAll(FIELD)]
    .filter(([, name]) => name !== '__typename')
    .map(([, name = '', , type = '']) => ({ name, type: graphqlType(type) }));
}

/** `InputMaybe<Array<Scalars["String"]>>` is `[String!]`. */
function graphqlType(type: string): string {
  const maybe = /^(?:Input)?Maybe<(.*)>$/.exec(type);
  return maybe === null ? `${bare(type)}!` : bare(maybe[1] ?? '');
}

function bare(type: string): string {
  const list = /^Array<(.*)>$/.exec(type);
  if (list !== null) return `[${graphqlType(list[1] ?? '')}]`;
  return /^Scalars\["(\w+)"\]$/.exec(type)?.[1] ?? type;
}
