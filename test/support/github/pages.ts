/** Lists of the double in pages, as GitHub cuts them: 30 a page where nothing else is asked for, 100 at most. */
import type { Call } from './call.ts';

export function page<Entry>(all: readonly Entry[], { per_page = '30', page: number = '1' }: Call['query']): Entry[] {
  const size = Math.min(100, Number(per_page));
  return all.slice((Number(number) - 1) * size, Number(number) * size);
}
