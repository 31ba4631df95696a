/** The epic's own open questions, by their subject. Pure. */
import { change } from '../read-only-state.ts';
import type { EpicData, EpicFields } from './state.ts';

export const noteAsked = (data: EpicData, about: string, requestId: string): void =>
  change<EpicFields>(data, { asked: { ...data.asked, [about]: requestId } });

/** Its answer is taken, or it has lost its point. */
export function forgetAsked(data: EpicData, about: string): void {
  const { [about]: _, ...asked } = data.asked;
  change<EpicFields>(data, { asked });
}

export const forgetAllAsked = (data: EpicData): void => change<EpicFields>(data, { asked: {} });
