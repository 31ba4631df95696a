/** The quickest of the situations that `npm run test:repositories` plays. */
import { testSituations } from '../repositories/play.ts';
import { SITUATIONS } from '../repositories/situations.ts';

testSituations(SITUATIONS.filter(({ isQuick }) => isQuick));
