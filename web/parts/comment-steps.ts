/** The way of the keys to a list of comments that draws only those in view. */
import { useEffect, useRef } from 'react';

const STEP = 'factory-comment-step';

type Step = 1 | -1;

/** Asks whatever of the page has such a list; false when nothing has. */
export const askForComment = (step: Step): boolean =>
  !document.dispatchEvent(new CustomEvent<Step>(STEP, { detail: step, cancelable: true }));

/** Answers for as long as the caller is on the page. */
export function useCommentSteps(go: (step: Step) => void): void {
  const latest = useRef(go);
  useEffect(() => {
    latest.current = go;
  });
  useEffect(() => {
    const answer = (event: Event) => {
      event.preventDefault();
      latest.current((event as CustomEvent<Step>).detail);
    };
    document.addEventListener(STEP, answer);
    return () => document.removeEventListener(STEP, answer);
  }, []);
}
