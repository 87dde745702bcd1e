import { X509Certificate } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { certificateAuthority, createServerIdentity } from '../../../../src/embedded/apiserver/certificate.ts';
import * as refs from '../../../../src/embedded/client/refs.ts';
import { ManualClock } from '../../../../src/embedded/clock.ts';
import { certificateSigningController } from '../../../../src/embedded/controllers/certificates/controller.ts';
import type { CertificateSigningRequest } from '../../../../src/kubernetes/objects.ts';
import { TestCluster } from '../cluster.ts';

/** Of O=learners, CN=jane, with the names jane.example and 10.0.0.1, as openssl writes it. */
const request = `-----BEGIN CERTIFICATE REQUEST-----
MIIBDjCBtAIBADAiMREwDwYDVQQKDAhsZWFybmVyczENMAsGA1UEAwwEamFuZTBZ
MBMGByqGSM49AgEGCCqGSM49AwEHA0IABPrfBbeFrHQROMtV9d69xHDAwG2U/Fqp
8U9LvOQsMkrfJhXPc7VjhL+x0CFn6sl58IW92C54bS5aHOPjQDJGItSgMDAuBgkq
hkiG9w0BCQ4xITAfMB0GA1UdEQQWMBSCDGphbmUuZXhhbXBsZYcECgAAATAKBggq
hkjOPQQDAgNJADBGAiEAs/5qnGutqBWAydplsqbFLmMt6jCbFPDsdDEBSsoM4E4C
IQC6r3S0TkSGrzTrxsUZAmpAPCraaaaxvH6NXxBE1uV6mg==
-----END CERTIFICATE REQUEST-----
`;

const identity = createServerIdentity(new ManualClock());
const authority = certificateAuthority(identity.ca, identity.authorityKey!);
let cluster: TestCluster;

beforeEach(async () => {
  cluster = await TestCluster.start((context) => certificateSigningController({ ...context, authority }));
});
afterEach(() => cluster.stop());

async function ask(spec: Partial<CertificateSigningRequest['spec']> = {}): Promise<void> {
  await cluster.create(refs.certificateSigningRequests, {
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata: { name: 'jane' },
    spec: {
      request: Buffer.from(request).toString('base64'),
      signerName: 'kubernetes.io/kube-apiserver-client',
      usages: ['client auth', 'digital signature', 'key encipherment'],
      ...spec,
    },
  });
  await cluster.settle();
}

/** As `kubectl certificate approve` and `deny` do. */
async function judge(type: 'Approved' | 'Denied'): Promise<void> {
  const { name } = get()!.metadata;
  const condition = { type, status: 'True', reason: `Kubectl${type}`, message: 'by a test', lastUpdateTime: null };
  const draft = { ...get()!, status: { conditions: [condition] } } as unknown as CertificateSigningRequest;
  await cluster.client.resource(refs.certificateSigningRequests).update(draft, { subresource: 'approval' });
  expect(name).toBe('jane');
  await cluster.settle();
}

const get = () => cluster.get(refs.certificateSigningRequests, 'jane', '');
const certificate = () => {
  const { certificate } = get()!.status!;
  return certificate === undefined ? undefined : new X509Certificate(Buffer.from(certificate, 'base64'));
};

describe('a request that has been approved', () => {
  it('gets the certificate it asks for, signed by the cluster', async () => {
    await ask();
    expect(certificate()).toBeUndefined();
    await judge('Approved');
    const issued = certificate()!;
    expect(issued.subject.split('\n').sort()).toEqual(['CN=jane', 'O=learners']);
    expect(issued.subjectAltName).toBe('DNS:jane.example, IP Address:10.0.0.1');
    expect(issued.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
    expect(issued.ca).toBe(false);
    expect(issued.checkIssued(new X509Certificate(identity.ca))).toBe(true);
    expect(issued.verify(new X509Certificate(identity.ca).publicKey)).toBe(true);
    const days = (Date.parse(issued.validTo) - cluster.clock.now()) / 86_400_000;
    expect(Math.ceil(days)).toBe(365);
    expect(cluster.failures).toEqual([]);
  });

  it('is valid for as long as it asks, ten minutes at least', async () => {
    await ask({ expirationSeconds: 600 });
    await judge('Approved');
    expect(Date.parse(certificate()!.validTo) - cluster.clock.now()).toBe(600_000);
  });

  it('fails where it asks for usages that no client needs', async () => {
    await ask({ usages: ['client auth', 'server auth'] });
    await judge('Approved');
    expect(certificate()).toBeUndefined();
    expect(get()!.status!.conditions).toContainEqual(
      expect.objectContaining({
        type: 'Failed',
        status: 'True',
        reason: 'SignerValidationFailure',
        message: 'invalid usage for client certificate: server auth',
      }),
    );
  });

  it('is left to others where it names another signer', async () => {
    await ask({ signerName: 'example.com/own' });
    await judge('Approved');
    expect(get()!.status!.conditions).toHaveLength(1);
    expect(certificate()).toBeUndefined();
  });
});

describe('a request that is over', () => {
  it.each(['Approved', 'Denied'] as const)('goes an hour after it was %s', async (verdict) => {
    await ask();
    await judge(verdict);
    await cluster.advance(3599);
    expect(get()).toBeDefined();
    await cluster.advance(1);
    expect(get()).toBeUndefined();
  });

  it('goes after a day that nobody looked at it', async () => {
    await ask();
    await cluster.advance(86_400);
    expect(get()).toBeUndefined();
  });
});
