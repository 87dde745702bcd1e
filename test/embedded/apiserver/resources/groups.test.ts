import { endpointslice } from '../../../../src/embedded/apiserver/resources/endpointslice.ts';
import { ipaddress } from '../../../../src/embedded/apiserver/resources/ipaddress.ts';
import { lease } from '../../../../src/embedded/apiserver/resources/lease.ts';
import { priorityclass } from '../../../../src/embedded/apiserver/resources/priorityclass.ts';
import { runtimeclass } from '../../../../src/embedded/apiserver/resources/runtimeclass.ts';
import { servicecidr } from '../../../../src/embedded/apiserver/resources/servicecidr.ts';
import { describeRecorded } from './recorded.ts';

/** The groups with a kind or two: coordination, discovery, node, scheduling, and what networking has of addresses. */

describeRecorded(endpointslice);
// Their names are addresses, which no name can be generated from.
describeRecorded(ipaddress, { recording: 'addresses' });
describeRecorded(lease);
describeRecorded(priorityclass);
describeRecorded(runtimeclass);
describeRecorded(servicecidr);
