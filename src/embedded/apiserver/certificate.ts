import {
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto';
import { isIP } from 'node:net';
import { parseIp } from '../../kubernetes/ip.ts';
import type { Clock } from '../clock.ts';
import * as der from './der.ts';
import { requestContent } from './validation/pkcs10.ts';

/**
 * The certificates of a cluster, made with node:crypto and a page of DER: the certificate library that is usual here
 * takes a sixth of a second to load, which is a quarter of the time in which a cluster has to be ready.
 */

/** All of it PEM: to be kept, so that a kubeconfig stays good over a restart. */
export interface ServerIdentity {
  /** The certificate authority that clients trust. */
  readonly ca: string;
  readonly certificate: string;
  readonly privateKey: string;
  /** Of the authority, to sign what people ask for; absent where it was made by a version that kept none. */
  readonly authorityKey?: string;
}

/** The names that a cluster's API server goes by. */
export const serverNames: readonly string[] = [
  'localhost',
  '127.0.0.1',
  '::1',
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
  'kubernetes.default.svc.cluster.local',
  '10.96.0.1',
];

const oneDay = 86_400_000;
const validity = 3650 * oneDay;
/** An hour of grace for clocks that are a little behind. */
const clockSkew = 3_600_000;
const ecdsaWithSha256 = der.sequence(der.objectIdentifier('1.2.840.10045.4.3.2'));
const oid = {
  commonName: '2.5.4.3',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
} as const;

/** Bits of the extension, the first one counted as 0. */
const keyUsages: Readonly<Record<string, number>> = {
  signing: 0,
  'digital signature': 0,
  'content commitment': 1,
  'key encipherment': 2,
  'data encipherment': 3,
  'key agreement': 4,
};
const extendedKeyUsages: Readonly<Record<string, string>> = {
  'server auth': oid.serverAuth,
  'client auth': oid.clientAuth,
};

/** @param names DNS names and addresses that the server answers to */
export function createServerIdentity(clock: Clock, names: readonly string[] = serverNames): ServerIdentity {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const server = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer = { name: 'kubernetes', key: authority.privateKey, identifier: keyIdentifier(authority.publicKey) };
  const validAlways = { notBefore: clock.now() - clockSkew, notAfter: clock.now() + validity };
  const ca = certificate(issuer, { ...validAlways, ...subjectOf('kubernetes', authority.publicKey) }, [
    extension(oid.keyUsage, true, der.bitString(Buffer.from([0b10100100]), 2)),
    extension(oid.basicConstraints, true, der.sequence(der.yes)),
    extension(oid.subjectKeyIdentifier, false, der.octetString(issuer.identifier)),
  ]);
  const served = certificate(issuer, { ...validAlways, ...subjectOf('kube-apiserver', server.publicKey) }, [
    extension(oid.keyUsage, true, der.bitString(Buffer.from([0b10000000]), 7)),
    extension(oid.extendedKeyUsage, false, der.sequence(der.objectIdentifier(oid.serverAuth))),
    extension(oid.basicConstraints, true, der.sequence()),
    extension(oid.authorityKeyIdentifier, false, der.sequence(der.context(0, false, issuer.identifier))),
    extension(oid.subjectAltName, false, der.sequence(...names.map(alternativeName))),
  ]);
  return {
    ca: pem('CERTIFICATE', ca),
    certificate: pem('CERTIFICATE', served),
    privateKey: server.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    authorityKey: authority.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** A request for a certificate, and what is granted of it. */
export interface Grant {
  /** The request, PKCS#10 in PEM. */
  readonly request: Buffer;
  /** As CertificateSigningRequests name them: "digital signature", "client auth". Others are left out. */
  readonly usages: readonly string[];
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
}

/** Signs certificates in the name of a cluster's authority. */
export interface CertificateAuthority {
  /** @returns PEM @throws Error where the request cannot be read */
  issue(grant: Grant): string;
}

export function certificateAuthority(ca: string, authorityKey: string): CertificateAuthority {
  const own = new X509Certificate(ca);
  const issuer = { name: 'kubernetes', key: createPrivateKey(authorityKey), identifier: keyIdentifier(own.publicKey) };
  const latest = Date.parse(own.validTo);
  return {
    issue({ request, usages, notBefore, notAfter }) {
      const { subject, publicKey, alternativeNames } = requestContent(request);
      const signed = certificate(issuer, { subject, publicKey, notBefore, notAfter: Math.min(notAfter, latest) }, [
        ...usageExtensions(usages),
        extension(oid.basicConstraints, true, der.sequence()),
        extension(oid.authorityKeyIdentifier, false, der.sequence(der.context(0, false, issuer.identifier))),
        ...(alternativeNames ? [extension(oid.subjectAltName, false, alternativeNames)] : []),
      ]);
      return pem('CERTIFICATE', signed);
    },
  };
}

function usageExtensions(usages: readonly string[]): Buffer[] {
  const bits = usages.flatMap((usage) => keyUsages[usage] ?? []);
  const extended = usages.flatMap((usage) => extendedKeyUsages[usage] ?? []);
  const mask = bits.reduce((all, bit) => all | (0x80 >> bit), 0);
  return [
    ...(mask ? [extension(oid.keyUsage, true, der.bitString(Buffer.from([mask]), 7 - Math.max(...bits)))] : []),
    ...(extended.length > 0
      ? [extension(oid.extendedKeyUsage, false, der.sequence(...extended.map(der.objectIdentifier)))]
      : []),
  ];
}

/** PEM of a new P-256 key, to sign ServiceAccounts' tokens with. */
export function createSigningKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

interface Issuer {
  readonly name: string;
  readonly key: KeyObject;
  readonly identifier: Buffer;
}

interface Certified {
  /** A distinguished name. */
  readonly subject: Buffer;
  /** As SubjectPublicKeyInfo. */
  readonly publicKey: Buffer;
  readonly notBefore: number;
  readonly notAfter: number;
}

function subjectOf(commonName: string, key: KeyObject): Pick<Certified, 'subject' | 'publicKey'> {
  return { subject: distinguishedName(commonName), publicKey: key.export({ type: 'spki', format: 'der' }) };
}

function certificate(issuer: Issuer, { subject, publicKey, notBefore, notAfter }: Certified, extensions: Buffer[]) {
  const version3 = der.context(0, true, der.integer(Buffer.from([2])));
  const serial = randomBytes(16);
  serial[0]! &= 0x7f;
  const signed = der.sequence(
    version3,
    der.integer(serial),
    ecdsaWithSha256,
    distinguishedName(issuer.name),
    der.sequence(der.time(notBefore), der.time(notAfter)),
    subject,
    publicKey,
    der.context(3, true, der.sequence(...extensions)),
  );
  return der.sequence(signed, ecdsaWithSha256, der.bitString(sign('SHA256', signed, issuer.key)));
}

function distinguishedName(commonName: string): Buffer {
  return der.sequence(der.setOf(der.sequence(der.objectIdentifier(oid.commonName), der.utf8String(commonName))));
}

function extension(identifier: string, critical: boolean, value: Buffer): Buffer {
  return der.sequence(der.objectIdentifier(identifier), ...(critical ? [der.yes] : []), der.octetString(value));
}

function alternativeName(name: string): Buffer {
  if (!isIP(name)) return der.context(2, false, Buffer.from(name));
  const { family, value } = parseIp(name)!;
  const digits = value.toString(16).padStart(family === 4 ? 8 : 32, '0');
  return der.context(7, false, Buffer.from(digits, 'hex'));
}

/** RFC 5280: the SHA-1 of the public key's bits, which end its description. */
function keyIdentifier(key: KeyObject): Buffer {
  const bits = key.export({ type: 'spki', format: 'der' }).subarray(-65);
  return createHash('sha1').update(bits).digest();
}

function pem(label: string, content: Buffer): string {
  const lines = content.toString('base64').match(/.{1,64}/g)!;
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
