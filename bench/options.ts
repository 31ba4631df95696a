/** Measurements with their options, and the choice of them by arguments. An option that no chosen one has is refused. */
import { parseArgs } from 'node:util';
import type { Figure } from './figure.ts';

/** A whole number with a fallback, or a text that may be left out. */
export type Option = { readonly about: string; readonly placeholder: string; readonly fallback?: number };
type Options = Readonly<Record<string, Option>>;
type Given<O extends Options> = {
  readonly [Name in keyof O]: O[Name] extends { readonly fallback: number } ? number : string | undefined;
};

export interface Part {
  /** One line. */
  readonly about: string;
  readonly options: Options;
  /** It takes so long that it is measured only when it is named. */
  readonly isOnDemand: boolean;
  measure(signal: AbortSignal, given: Given<Options>): Promise<Figure[]>;
}

export const definePart = <const O extends Options>(part: {
  readonly about: string;
  readonly options?: O;
  readonly isOnDemand?: boolean;
  readonly measure: (signal: AbortSignal, given: Given<O>) => Promise<Figure[]>;
}): Part => ({ options: {}, isOnDemand: false, ...part }) as Part;

/** How the program is called wrongly, for people. */
export class WrongUsage extends Error {}

export interface Chosen {
  readonly name: string;
  readonly part: Part;
  readonly given: Given<Options>;
}

type Parts = Readonly<Record<string, Part>>;

/** The measurements that the arguments name, or all that are not on demand, with their options; throws WrongUsage. */
export function choose(parts: Parts, args: readonly string[]): { chosen: Chosen[]; isJson: boolean; isHelp: boolean } {
  const { json: isJson = false, help: isHelp = false, values, names } = parse(parts, args);
  const unknown = names.filter((name) => parts[name] === undefined);
  if (unknown.length > 0) throw new WrongUsage(`There is no measurement "${unknown.join('", "')}"`);
  const due = Object.entries(parts).filter(([name, { isOnDemand }]) =>
    names.length === 0 ? !isOnDemand : names.includes(name),
  );
  for (const option of Object.keys(values)) {
    const has = Object.entries(parts).filter(([, { options }]) => option in options);
    if (due.every(([, { options }]) => !(option in options))) {
      throw new WrongUsage(`--${option} is an option of ${has.map(([name]) => name).join(', ')}`);
    }
  }
  const chosen = due.map(([name, part]) => ({ name, part, given: given(part.options, values) }));
  return { chosen, isJson, isHelp };
}

type Values = Readonly<Record<string, string>>;

function parse(parts: Parts, args: readonly string[]) {
  const names = new Set(Object.values(parts).flatMap(({ options }) => Object.keys(options)));
  try {
    const parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        ...Object.fromEntries([...names].map((name) => [name, { type: 'string' as const }])),
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    const { json, help, ...values } = parsed.values as { json?: boolean; help?: boolean };
    return { json, help, values: values as Values, names: parsed.positionals };
  } catch (error) {
    throw new WrongUsage((error as Error).message);
  }
}

function given(options: Options, values: Values): Given<Options> {
  return Object.fromEntries(
    Object.entries(options).map(([name, { fallback }]) => {
      const value = values[name];
      if (value === undefined) return [name, fallback];
      if (fallback === undefined) return [name, value];
      if (!/^[1-9]\d*$/.test(value)) throw new WrongUsage(`--${name} takes a whole number from 1 on, not "${value}"`);
      return [name, Number(value)];
    }),
  ) as Given<Options>;
}
