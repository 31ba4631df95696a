/**
 * Loads zod and the contract once for all workflows of a process: to make the contract's schemas again for each workflow,
 * in each of its runs and replays, took a quarter of what workflows cost, and each cached one kept its own.
 */
import { z } from 'zod';

/** What webpack makes of the folder when it bundles the workflows. */
interface Bundler {
  webpackContext(folder: string, options: { recursive: boolean; regExp: RegExp }): Folder;
}
interface Folder {
  keys(): string[];
  (name: string): object;
}

// A first parse keeps zod, which the bundler drops otherwise, and lets it find out what it may do before the SDK freezes it.
z.object({ text: z.string() }).parse({ text: 'loaded' });

const contract = (import.meta as unknown as Bundler).webpackContext('./contract', {
  recursive: false,
  regExp: /\.ts$/,
});
// The SDK freezes all that it reaches from a preloaded module and stops at what is frozen. A schema with a pattern could
// not parse any more, since zod winds the pattern back before it is used.
for (const name of contract.keys()) Object.freeze(contract(name));
