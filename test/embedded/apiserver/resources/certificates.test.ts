import { expect, it } from 'vitest';
import type { ResourceDefinition } from '../../../../src/embedded/apiserver/resource.ts';
import {
  certificateApproval,
  certificatesigningrequest,
} from '../../../../src/embedded/apiserver/resources/certificatesigningrequest.ts';
import type { CertificateSigningRequest } from '../../../../src/kubernetes/objects.ts';
import { context, describeRecorded } from './recorded.ts';

describeRecorded(certificatesigningrequest, {
  except: { 'not a request': 'the ASN.1 decoder words its complaint in its own way' },
});
describeRecorded(certificatesigningrequest, {
  recording: 'approval',
  strategy: certificateApproval as unknown as ResourceDefinition['status'],
});

it('fills in when a condition came and when it changed last', () => {
  const request = (conditions: object[]) =>
    ({
      apiVersion: 'certificates.k8s.io/v1',
      kind: 'CertificateSigningRequest',
      metadata: { name: 'x' },
      spec: { request: '', signerName: 'example.com/signer' },
      status: { conditions },
    }) as CertificateSigningRequest;
  const stored = request([{ type: 'Failed', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' }]);
  const draft = request([
    { type: 'Failed', status: 'True' },
    { type: 'Approved', status: 'True' },
  ]);
  certificateApproval.prepareForUpdate(draft, stored, context);
  expect(draft.status!.conditions).toEqual([
    {
      type: 'Failed',
      status: 'True',
      lastUpdateTime: '2026-11-21T12:00:00Z',
      lastTransitionTime: '2026-01-01T00:00:00Z',
    },
    {
      type: 'Approved',
      status: 'True',
      lastUpdateTime: '2026-11-21T12:00:00Z',
      lastTransitionTime: '2026-11-21T12:00:00Z',
    },
  ]);
});
