import { clusterrole } from '../../../../src/embedded/apiserver/resources/clusterrole.ts';
import { clusterrolebinding } from '../../../../src/embedded/apiserver/resources/clusterrolebinding.ts';
import { role } from '../../../../src/embedded/apiserver/resources/role.ts';
import { rolebinding } from '../../../../src/embedded/apiserver/resources/rolebinding.ts';
import { describeRecorded } from './recorded.ts';

describeRecorded(role);
describeRecorded(clusterrole);
describeRecorded(rolebinding);
describeRecorded(clusterrolebinding);
