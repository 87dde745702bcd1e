import { ingress } from '../../../../src/embedded/apiserver/resources/ingress.ts';
import { ingressclass } from '../../../../src/embedded/apiserver/resources/ingressclass.ts';
import { networkpolicy } from '../../../../src/embedded/apiserver/resources/networkpolicy.ts';
import { describeRecorded } from './recorded.ts';

describeRecorded(networkpolicy);
describeRecorded(ingress);
describeRecorded(ingressclass);
