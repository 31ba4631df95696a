/** How much of an element is in view as the page scrolls, and how wide it is. */
import { type RefObject, useEffect, useState } from 'react';
import type { View } from './diff-layout.ts';

export interface Viewport extends View {
  readonly width: number;
}

/** Reports at most once a frame, and only when the view moved by a `step` in px or the width changed. */
export function useViewport(ref: RefObject<HTMLElement | null>, step: number): Viewport {
  const [viewport, setViewport] = useState<Viewport>({ top: 0, bottom: 0, width: 0 });
  useEffect(() => {
    let frame: number | undefined;
    const measure = () => {
      frame = undefined;
      const box = ref.current?.getBoundingClientRect();
      if (box === undefined) return;
      const top = Math.floor(-box.top / step) * step;
      const bottom = top + Math.ceil(innerHeight / step + 1) * step;
      const width = Math.floor(box.width);
      setViewport((known) =>
        known.top === top && known.bottom === bottom && known.width === width ? known : { top, bottom, width },
      );
    };
    const soon = () => {
      frame ??= requestAnimationFrame(measure);
    };
    const resized = new ResizeObserver(soon);
    resized.observe(document.body);
    if (ref.current !== null) resized.observe(ref.current);
    addEventListener('scroll', soon, { passive: true });
    addEventListener('resize', soon);
    return () => {
      if (frame !== undefined) cancelAnimationFrame(frame);
      resized.disconnect();
      removeEventListener('scroll', soon);
      removeEventListener('resize', soon);
    };
  }, [ref, step]);
  return viewport;
}
