import { cronjob } from '../../../../src/embedded/apiserver/resources/cronjob.ts';
import { job } from '../../../../src/embedded/apiserver/resources/job.ts';
import { describeRecorded } from './recorded.ts';

describeRecorded(job);
describeRecorded(cronjob);
