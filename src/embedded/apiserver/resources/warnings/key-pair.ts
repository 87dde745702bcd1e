import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { type PemBlock, pemBlocks } from '../../validation/pkcs10.ts';

/**
 * Why a certificate and a key do not go together, in the words of Go's tls.X509KeyPair: a Secret of the type
 * kubernetes.io/tls may hold anything, but is warned of.
 * @param certificate in PEM, in base64
 */
export function keyPairWarnings(certificate = '', key = ''): string[] {
  const problem = keyPairProblem(Buffer.from(certificate, 'base64'), Buffer.from(key, 'base64'));
  return problem === undefined ? [] : [`tls: ${problem}`];
}

function keyPairProblem(certificatePem: Buffer, keyPem: Buffer): string | undefined {
  const certificates = pemBlocks(certificatePem);
  const leaf = certificates.find(({ type }) => type === 'CERTIFICATE');
  if (!leaf) {
    if (certificates.length === 0) return 'failed to find any PEM data in certificate input';
    if (certificates.length === 1 && certificates[0]!.type.endsWith('PRIVATE KEY')) {
      return (
        'failed to find certificate PEM data in certificate input, but did find a private key; ' +
        'PEM inputs may have been switched'
      );
    }
    return `failed to find "CERTIFICATE" PEM block in certificate input ${afterSkipping(certificates)}`;
  }
  const keys = pemBlocks(keyPem);
  const block = keys.find(({ type }) => type === 'PRIVATE KEY' || type.endsWith(' PRIVATE KEY'));
  if (!block) {
    if (keys.length === 0) return 'failed to find any PEM data in key input';
    if (keys.length === 1 && keys[0]!.type === 'CERTIFICATE') {
      return 'found a certificate rather than a key in the PEM for the private key';
    }
    return `failed to find PEM block with type ending in "PRIVATE KEY" in key input ${afterSkipping(keys)}`;
  }
  const expected = read(() => new X509Certificate(leaf.bytes).publicKey);
  if (!expected) return 'failed to parse certificate';
  const actual = read(() => createPublicKey(privateKey(block)));
  if (!actual) return 'failed to parse private key';
  if (actual.asymmetricKeyType !== expected.asymmetricKeyType) {
    return 'private key type does not match public key type';
  }
  return actual.equals(expected) ? undefined : 'private key does not match public key';
}

function afterSkipping(blocks: readonly PemBlock[]): string {
  return `after skipping PEM blocks of the following types: [${blocks.map(({ type }) => type).join(' ')}]`;
}

/** Go looks at the bytes alone, whatever the block calls itself. */
function privateKey({ bytes }: PemBlock): KeyObject {
  for (const type of ['pkcs1', 'pkcs8', 'sec1'] as const) {
    const key = read(() => createPrivateKey({ key: bytes, format: 'der', type }));
    if (key) return key;
  }
  throw new Error('The block holds no private key.');
}

function read<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}
