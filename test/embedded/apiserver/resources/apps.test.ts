import { controllerrevision } from '../../../../src/embedded/apiserver/resources/controllerrevision.ts';
import { daemonset } from '../../../../src/embedded/apiserver/resources/daemonset.ts';
import { deployment } from '../../../../src/embedded/apiserver/resources/deployment.ts';
import { replicaset } from '../../../../src/embedded/apiserver/resources/replicaset.ts';
import { statefulset } from '../../../../src/embedded/apiserver/resources/statefulset.ts';
import { describeRecorded } from './recorded.ts';

describeRecorded(statefulset);
describeRecorded(deployment);
describeRecorded(replicaset);
describeRecorded(daemonset);
describeRecorded(controllerrevision);
