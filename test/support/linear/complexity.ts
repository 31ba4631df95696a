/** What a document costs by Linear's rules: 0.1 a field, 1 an object, a connection all of it times `first`. */
import { type DocumentNode, type FieldNode, Kind, type OperationDefinitionNode } from 'graphql';

/** Linear refuses a single document above it. */
export const MOST_POINTS = 10_000;

export function complexityOf(document: DocumentNode): number {
  const operations = document.definitions.filter(
    (node): node is OperationDefinitionNode => node.kind === Kind.OPERATION_DEFINITION,
  );
  return Math.ceil(operations.flatMap(({ selectionSet }) => selectionSet.selections.map(cost)).reduce(sum, 0));
}

const sum = (a: number, b: number) => a + b;

function cost(node: { readonly kind: string }): number {
  if (node.kind !== Kind.FIELD) throw new Error('The double counts fields only; write the fragment out');
  const field = node as FieldNode;
  const inner = field.selectionSet?.selections.map(cost).reduce(sum, 0);
  if (inner === undefined) return 0.1;
  const isConnection = field.selectionSet?.selections.some(
    (one) => one.kind === Kind.FIELD && one.name.value === 'nodes',
  );
  return isConnection ? inner * firstOf(field) : 1 + inner;
}

function firstOf({ arguments: given }: FieldNode): number {
  const first = given?.find(({ name }) => name.value === 'first')?.value;
  return first?.kind === Kind.INT ? Number(first.value) : 50;
}
