import {
  horizontalpodautoscaler,
  horizontalpodautoscalerV1,
} from '../../../../src/embedded/apiserver/resources/horizontalpodautoscaler.ts';
import { describeRecorded } from './recorded.ts';

describeRecorded(horizontalpodautoscaler);
describeRecorded(horizontalpodautoscalerV1, { recording: 'horizontalpodautoscalers_v1' });
