/**
 * Loads zod once for all workflows of a process. The bundler drops a plain import of zod, which has no side effects; a
 * first parse keeps it, and lets zod find out what it may do before the SDK freezes it.
 */
import { z } from 'zod';

z.object({ text: z.string() }).parse({ text: 'loaded' });
