/** Node's compile cache, shared by our processes: with it nothing that strips types from TypeScript is loaded, 15 MB in each. */
import { getCompileCacheDir } from 'node:module';
import path from 'node:path';

/** For the environment of a process of ours that this one starts; nothing where this one has no cache. */
export function compileCache(): Record<string, string> {
  const folder = getCompileCacheDir();
  // Node names its own version's folder inside the one that was given.
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: path.dirname(folder) };
}
