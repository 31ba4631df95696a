/** Every situation of docs/repositories.md, side by side on one stack: `npm run test:repositories`. */
import { testSituations } from './play.ts';
import { SITUATIONS } from './situations.ts';

testSituations(SITUATIONS);
