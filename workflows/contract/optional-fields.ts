/** Optional fields under exactOptionalPropertyTypes: a field is there with a value, or it is not there. Pure. */

type MayBeUndefined<Fields> = { [Key in keyof Fields]: undefined extends Fields[Key] ? Key : never }[keyof Fields];

/** The fields without those that are undefined. */
export type Defined<Fields> = Omit<Fields, MayBeUndefined<Fields>> & {
  [Key in MayBeUndefined<Fields>]?: Exclude<Fields[Key], undefined>;
};

/** Leaves out the fields that are undefined: `{ ...defined({ comment }) }` has a comment only when there is one. */
export const defined = <Fields extends object>(fields: Fields): Defined<Fields> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<Fields>;
