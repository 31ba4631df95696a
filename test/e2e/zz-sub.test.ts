import { testSituations } from '../repositories/play.ts';
import { submodules } from '../repositories/submodules.ts';
testSituations(submodules);
