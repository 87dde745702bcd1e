import { configmap } from '../../../../src/embedded/apiserver/resources/configmap.ts';
import { endpoints } from '../../../../src/embedded/apiserver/resources/endpoints.ts';
import { event, eventsEvent } from '../../../../src/embedded/apiserver/resources/event.ts';
import { limitrange } from '../../../../src/embedded/apiserver/resources/limitrange.ts';
import { namespace } from '../../../../src/embedded/apiserver/resources/namespace.ts';
import { node } from '../../../../src/embedded/apiserver/resources/node.ts';
import { persistentvolume } from '../../../../src/embedded/apiserver/resources/persistentvolume.ts';
import { persistentvolumeclaim } from '../../../../src/embedded/apiserver/resources/persistentvolumeclaim.ts';
import { pod } from '../../../../src/embedded/apiserver/resources/pod.ts';
import { podtemplate } from '../../../../src/embedded/apiserver/resources/podtemplate.ts';
import { replicationcontroller } from '../../../../src/embedded/apiserver/resources/replicationcontroller.ts';
import { resourcequota } from '../../../../src/embedded/apiserver/resources/resourcequota.ts';
import { secret } from '../../../../src/embedded/apiserver/resources/secret.ts';
import { service } from '../../../../src/embedded/apiserver/resources/service.ts';
import { serviceaccount } from '../../../../src/embedded/apiserver/resources/serviceaccount.ts';
import { describeRecorded } from './recorded.ts';

/**
 * Here, in storage.test.ts and in groups.test.ts, the answers are those of 1.33.13's registry strategies, validation and
 * printers by themselves, so that what admission adds (service accounts, tolerations, finalizers, classes) is not in them.
 */

describeRecorded(configmap);
describeRecorded(endpoints);
describeRecorded(event);
describeRecorded(eventsEvent, { recording: 'events_v1' });
describeRecorded(limitrange);
describeRecorded(namespace);
describeRecorded(node);
describeRecorded(persistentvolume);
describeRecorded(persistentvolumeclaim);
describeRecorded(pod);
describeRecorded(podtemplate);
describeRecorded(replicationcontroller);
describeRecorded(resourcequota);
describeRecorded(secret);
describeRecorded(service);
describeRecorded(serviceaccount);
