/**
 * Puts `person-1`, `person-2` … in the place of people in texts: e-mail addresses, the names beside them, whoever answered,
 * and home folders. The same person is always the same number.
 */
import { EMAIL, NAMED_PERSON } from '../../workflows/contract/recording.ts';

/**
 * Domains and accounts behind which there is nobody. A person's address at users.noreply.github.com holds the login; a bot's
 * has brackets, which no address that is looked for has.
 */
const NOBODY =
  /@(?:[\w-]+\.)*(?:example\.(?:com|org|net)|[\w-]+\.(?:example|test|invalid|localhost))$|^(?:git|no-?reply)@/i;
const ADDRESS = new RegExp(EMAIL, 'g');
const NAMED = new RegExp(NAMED_PERSON, 'gmu');
const HOME = /\/(home|Users)\/([\w.-]+)/g;
/** Words that stand in the place of a name. */
const NO_NAMES: ReadonlySet<string> = new Set(['unknown', 'factory', 'person', 'user']);

export interface People {
  /** Learns the full names that a text gives with their addresses. */
  learn(text: string): void;
  /** What stands for somebody who is known by a name alone. */
  named(name: string): string;
  hide(text: string): string;
  /** How often something was replaced so far. */
  replaced(): number;
}

export function createPeople(): People {
  const numbers = new Map<string, string>();
  /** Full names alone are looked for everywhere: a single word may mean anything. */
  const fullNames = new Map<string, string>();
  let replaced = 0;

  function personOf(key: string): string {
    const known = numbers.get(key.toLowerCase());
    if (known !== undefined) return known;
    const person = `person-${new Set(numbers.values()).size + 1}`;
    numbers.set(key.toLowerCase(), person);
    return person;
  }

  function learn(text: string): void {
    for (const [whole] of text.matchAll(NAMED)) {
      const { name, email } = partsOf(whole);
      if (NOBODY.test(email)) continue;
      const person = personOf(email);
      numbers.set(name.toLowerCase(), person);
      if (/\S\s+\S/.test(name)) fullNames.set(name, person);
    }
  }

  function hide(text: string): string {
    let hidden = text;
    const put = (person: string) => {
      replaced += 1;
      return person;
    };
    hidden = hidden.replaceAll(NAMED, (whole) => {
      const { email } = partsOf(whole);
      return NOBODY.test(email) ? whole : put(`${personOf(email)} <${personOf(email)}@example.com>`);
    });
    hidden = hidden.replaceAll(ADDRESS, (email) =>
      NOBODY.test(email) ? email : put(`${personOf(email)}@example.com`),
    );
    for (const [name, person] of fullNames) {
      if (hidden.includes(name)) hidden = hidden.replaceAll(name, () => put(person));
    }
    return hidden.replaceAll(HOME, (whole, folder: string, name: string) =>
      isHidden(name) ? whole : put(`/${folder}/${personOf(name)}`),
    );
  }

  return {
    learn,
    named: (name) => (NO_NAMES.has(name) || isHidden(name) ? name : personOf(name)),
    hide,
    replaced: () => replaced,
  };
}

function partsOf(named: string): { name: string; email: string } {
  const start = named.lastIndexOf(' <');
  return { name: named.slice(0, start).trim(), email: named.slice(start + 2, -1) };
}

const isHidden = (name: string): boolean => /^person-\d+$/.test(name);
