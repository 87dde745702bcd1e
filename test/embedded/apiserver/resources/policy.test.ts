import { poddisruptionbudget } from '../../../../src/embedded/apiserver/resources/poddisruptionbudget.ts';
import { describeRecorded } from './recorded.ts';

describeRecorded(poddisruptionbudget);
