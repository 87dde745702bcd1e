import type { ResourceDefinition } from '../../../../src/embedded/apiserver/resource.ts';
import {
  certificateApproval,
  certificatesigningrequest,
} from '../../../../src/embedded/apiserver/resources/certificatesigningrequest.ts';
import { describeRecorded } from './recorded.ts';

describeRecorded(certificatesigningrequest, {
  except: { 'not a request': 'the ASN.1 decoder words its complaint in its own way' },
});
describeRecorded(certificatesigningrequest, {
  recording: 'approval',
  strategy: certificateApproval as unknown as ResourceDefinition['status'],
});
