import type { CertificateSigningRequest } from '../../../kubernetes/objects.ts';
import type { CertificateAuthority } from '../../apiserver/certificate.ts';
import type { Client, Controller } from '../../client/client.ts';
import * as refs from '../../client/refs.ts';
import { type Clock, timestamp } from '../../clock.ts';
import type { ControllerContext } from '../shared/context.ts';
import { ignoreNotFound, messageOf } from '../shared/failures.ts';
import { keyOf, reconciler } from '../shared/reconciler.ts';
import { decide, expiry } from './plan.ts';

/**
 * Signs approved requests for certificates of the API server's clients, and deletes requests that are over.
 *
 * Upstream's cleaner looks round every hour; here each request goes as soon as its time has come. Where the context has
 * no authority nothing is signed.
 */
export function certificateSigningController(context: ControllerContext): Controller {
  const client = context.clientFor('certificate-controller');
  const { authority, clock } = context;
  return reconciler({
    name: 'certificatesigningrequest-signing-controller',
    context,
    concurrency: 1,
    watch: (queue) => [
      client.informer(refs.certificateSigningRequests).subscribe({
        added: (request) => queue.add(keyOf(request)),
        updated: (request) => queue.add(keyOf(request)),
      }),
    ],
    async sync(key, queue) {
      const request = client.informer(refs.certificateSigningRequests).get('', key);
      if (!request) return;
      const left = expiry(request) - clock.now();
      if (left <= 0) {
        await ignoreNotFound(client.resource(refs.certificateSigningRequests).delete('', key));
        return;
      }
      if (Number.isFinite(left)) queue.addAfter(key, left);
      if (authority) await handle(client, clock, authority, request);
    },
  });
}

async function handle(
  client: Client,
  clock: Clock,
  authority: CertificateAuthority,
  request: CertificateSigningRequest,
): Promise<void> {
  const verdict = decide(request, clock.now());
  if (verdict.do === 'nothing') return;
  const status = { ...request.status };
  if (verdict.do === 'fail') {
    status.conditions = [
      ...(status.conditions ?? []),
      {
        type: 'Failed',
        status: 'True',
        reason: 'SignerValidationFailure',
        message: verdict.message,
        lastUpdateTime: timestamp(clock),
      },
    ];
  } else {
    status.certificate = Buffer.from(sign(authority, request, verdict)).toString('base64');
  }
  await client.resource(refs.certificateSigningRequests).updateStatus({ ...request, status });
}

function sign(
  authority: CertificateAuthority,
  { spec }: CertificateSigningRequest,
  { notBefore, notAfter }: { readonly notBefore: number; readonly notAfter: number },
): string {
  try {
    const request = Buffer.from(spec.request, 'base64');
    return authority.issue({ request, usages: spec.usages ?? [], notBefore, notAfter });
  } catch (error) {
    throw new Error(`error auto signing csr: ${messageOf(error)}`, { cause: error });
  }
}
