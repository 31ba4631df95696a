/** What a workflow remembers, as everybody but its owner sees it: nothing of it can be changed from outside. Pure. */

/** No field can be assigned and no list changed; a record within is read-only by its own type. */
export type Seen<Fields> = { readonly [Key in keyof Fields]: ReadOnlyList<Fields[Key]> };
type ReadOnlyList<Value> = Value extends (infer Item)[] ? readonly Item[] : Value;

/** New values for some fields; undefined removes one that may be missing. */
export type Change<Fields> = {
  readonly [Key in keyof Fields]?:
    | ReadOnlyList<Fields[Key]>
    | (Record<never, never> extends Pick<Fields, Key> ? undefined : never);
};

/** Only for files of state, where every change has a name; a test says which files these are. */
export function change<Fields extends object>(seen: Seen<Fields>, fields: Change<Fields>): void {
  const state = seen as object as Record<string, unknown>;
  for (const [key, value] of Object.entries(fields)) {
    if (value === undefined) delete state[key];
    else state[key] = value;
  }
}
