import { validatingadmissionpolicy } from '../../../../src/embedded/apiserver/resources/validatingadmissionpolicy.ts';
import { validatingadmissionpolicybinding } from '../../../../src/embedded/apiserver/resources/validatingadmissionpolicybinding.ts';
import {
  mutatingwebhookconfiguration,
  validatingwebhookconfiguration,
} from '../../../../src/embedded/apiserver/resources/webhookconfiguration.ts';
import { describeRecorded } from './recorded.ts';

const uncalled = 'this cluster does not call webhooks: the configuration has no effect';

describeRecorded(validatingwebhookconfiguration, { warning: uncalled });
describeRecorded(mutatingwebhookconfiguration, { warning: uncalled });
describeRecorded(validatingadmissionpolicy, { warning: 'this cluster does not enforce admission policies' });
describeRecorded(validatingadmissionpolicybinding);
