/** Which model a turn asks: the pinned one, or its fallback while that has been overloaded for too long. */
import type { Database } from '../../db/connection.ts';
import { readProviderHold } from '../../db/reads/model-input.ts';
import { readOverload } from '../../db/reads/overloads.ts';
import type { AgentPin } from '../../workflows/contract/settings.ts';

export const PROVIDER = 'anthropic';

export interface Hold {
  readonly until: Date;
  readonly reason: string;
}

interface Overload {
  readonly sinceSeconds: number;
  readonly lastSeconds: number;
}

interface ChosenModel {
  readonly model: string;
  /** When the model may be asked again. */
  readonly hold?: Hold | undefined;
  /** The pinned model was overloaded when it was asked last. */
  readonly wasOverloaded: boolean;
}

export async function chooseModel(db: Database, pin: AgentPin): Promise<ChosenModel> {
  const hold = await readProviderHold(db, PROVIDER, pin.model);
  if (pin.fallback === undefined) return { model: pin.model, hold, wasOverloaded: false };
  const overload = await readOverload(db, { provider: PROVIDER, model: pin.model });
  const chosen = decideModel({ pin, hold, overload, now: new Date() });
  if (chosen.model === pin.model) return chosen;
  return { ...chosen, hold: await readProviderHold(db, PROVIDER, chosen.model) };
}

/**
 * The fallback takes over once calls have met nothing but overload for the stated time. The pinned model is tried again
 * when no call has met its overload for as long, by whoever comes first. Pure.
 */
export function decideModel(given: {
  readonly pin: AgentPin;
  readonly hold: Hold | undefined;
  readonly overload: Overload | undefined;
  readonly now: Date;
}): ChosenModel {
  const { pin, hold, overload, now } = given;
  const { model, fallback } = pin;
  if (fallback === undefined || overload === undefined) return { model, hold, wasOverloaded: overload !== undefined };
  const leftSeconds = fallback.afterSeconds - overload.sinceSeconds;
  const isRecent = hold !== undefined || overload.lastSeconds < fallback.afterSeconds;
  if (leftSeconds <= 0 && isRecent) return { model: fallback.model, wasOverloaded: true };
  // Nobody waits longer for the pinned model than until the fallback takes over.
  const takesOver = new Date(now.getTime() + Math.max(0, leftSeconds) * 1_000);
  const shorter = hold !== undefined && hold.until > takesOver ? { ...hold, until: takesOver } : hold;
  return { model, hold: shorter, wasOverloaded: true };
}
