/** Lets what grows at the end of a page grow, and be replaced, without moving what somebody reads. */
import { type RefObject, useEffect, useLayoutEffect, useReducer, useRef } from 'react';

const NEAR_END = 100;

/**
 * A person at the page's end stays at its end. When the element is emptied, the returned height keeps its room
 * for two frames, until what takes its place has been measured: a page that is short for a moment scrolls up.
 */
export function useKeptEnd(element: RefObject<HTMLElement | null>, isFull: boolean): number {
  const [, again] = useReducer((count: number) => count + 1, 0);
  const height = useRef(0);
  const page = useRef(0);
  useLayoutEffect(() => {
    const { scrollHeight } = document.documentElement;
    if (isFull) height.current = element.current?.offsetHeight ?? 0;
    else if (height.current > 0) return;
    const wasAtEnd =
      page.current > 0
        ? window.scrollY + window.innerHeight >= page.current - NEAR_END
        : // Where it begins the page ended.
          isFull && (element.current?.getBoundingClientRect().top ?? 0) < window.innerHeight + NEAR_END;
    if (wasAtEnd && scrollHeight !== page.current) window.scrollTo({ top: scrollHeight });
    page.current = isFull ? scrollHeight : 0;
  });
  useEffect(() => {
    if (isFull || height.current === 0) return;
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => {
        height.current = 0;
        again();
      });
    });
    return () => cancelAnimationFrame(frame);
  }, [isFull]);
  return isFull ? 0 : height.current;
}
