/** Keeps what one reads in a diff where it is, when something above it turns out higher or lower than it was guessed. */
import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react';
import { COVERED, fileAt } from './diff-layout.ts';

/** The height at which something stands, as far as it is known by now; undefined when there is no such thing. */
export type HeightOf = (starts: readonly number[]) => number | undefined;

/** Returns what to set to the height of what is wanted: it is kept in view until the person moves. */
export function useAnchor(ref: RefObject<HTMLDivElement | null>, starts: readonly number[], first: HeightOf) {
  const before = useRef(starts);
  const aim = useRef<HeightOf | undefined>(first);
  useEffect(() => {
    const forget = () => {
      aim.current = undefined;
    };
    const moves = ['wheel', 'touchmove', 'keydown', 'pointerdown'] as const;
    // Before what they lead to: a key may set another aim.
    const options = { passive: true, capture: true };
    for (const move of moves) addEventListener(move, forget, options);
    return () => {
      for (const move of moves) removeEventListener(move, forget, options);
    };
  }, []);
  useLayoutEffect(() => {
    const old = before.current;
    before.current = starts;
    const top = ref.current?.getBoundingClientRect().top;
    if (top === undefined || old === starts || old.length !== starts.length) return;
    const read = fileAt(old, COVERED - top);
    const wanted = aim.current?.(starts);
    const moved = wanted === undefined ? (starts[read] as number) - (old[read] as number) : wanted - (COVERED - top);
    if (moved !== 0) window.scrollBy(0, moved);
  }, [ref, starts]);
  return aim;
}
