import { createPrivateKey, createPublicKey, createSign, createVerify, type KeyObject, randomUUID } from 'node:crypto';
import type { KubeObject } from '../../../kubernetes/object.ts';
import type { Clock } from '../../clock.ts';
import { isObject } from '../json.ts';
import type { UserInfo } from '../resource.ts';

export const issuer = 'https://kubernetes.default.svc.cluster.local';
/** Who the API server is to those whose token names an audience. */
export const apiAudiences: readonly string[] = [issuer];

/** What a token is tied to: it is worth nothing once that is gone. */
export interface TokenBinding {
  readonly kind: 'Pod' | 'Secret' | 'Node';
  readonly name: string;
  readonly uid: string;
}

interface Reference {
  readonly name: string;
  readonly uid: string;
}

/** The private claims of a ServiceAccount's token. */
interface Claims {
  readonly aud: readonly string[];
  /** Seconds since the epoch. */
  readonly exp: number;
  readonly iat: number;
  readonly nbf: number;
  readonly iss: string;
  readonly sub: string;
  readonly jti: string;
  readonly 'kubernetes.io': {
    readonly namespace: string;
    readonly serviceaccount: Reference;
    readonly pod?: Reference;
    readonly secret?: Reference;
    readonly node?: Reference;
    readonly warnafter?: number;
  };
}

export interface TokenOptions {
  readonly clock: Clock;
  /** PEM of a P-256 key: the cluster's own, so that tokens outlive a restart. */
  readonly privateKey: string;
  /** Committed objects by plural.group. */
  get(resource: string, namespace: string, name: string): KubeObject | undefined;
}

/** How many tokens' signatures are remembered as good. */
const remembered = 1000;

/** Issues and checks the tokens of ServiceAccounts: JSON Web Tokens signed with ES256. */
export class ServiceAccountTokens {
  readonly #clock: Clock;
  readonly #get: TokenOptions['get'];
  readonly #privateKey: KeyObject;
  readonly #publicKey: KeyObject;
  readonly #keyId: string;
  readonly #verified = new Map<string, Claims>();

  constructor({ clock, privateKey, get }: TokenOptions) {
    this.#clock = clock;
    this.#get = get;
    this.#privateKey = createPrivateKey(privateKey);
    this.#publicKey = createPublicKey(privateKey);
    this.#keyId = this.#publicKey.export({ type: 'spki', format: 'der' }).toString('base64url').slice(-43);
  }

  /** @param seconds how long it is good for */
  issue(
    account: KubeObject,
    audiences: readonly string[],
    seconds: number,
    binding?: TokenBinding & { readonly node?: Reference },
    warnAfter?: number,
  ): { readonly token: string; readonly expires: number } {
    const now = Math.floor(this.#clock.now() / 1000);
    const { namespace = '', name, uid = '' } = account.metadata;
    const claims: Claims = {
      aud: audiences,
      exp: now + seconds,
      iat: now,
      iss: issuer,
      jti: randomUUID(),
      'kubernetes.io': {
        namespace,
        ...(binding?.node && { node: binding.node }),
        ...(binding && { [binding.kind.toLowerCase()]: { name: binding.name, uid: binding.uid } }),
        serviceaccount: { name, uid },
        ...(warnAfter !== undefined && { warnafter: now + warnAfter }),
      },
      nbf: now,
      sub: `system:serviceaccount:${namespace}:${name}`,
    };
    const signed = `${encode({ alg: 'ES256', kid: this.#keyId })}.${encode(claims)}`;
    const signature = createSign('SHA256').update(signed).sign({ key: this.#privateKey, dsaEncoding: 'ieee-p1363' });
    return { token: `${signed}.${signature.toString('base64url')}`, expires: claims.exp };
  }

  /** Who the bearer is; undefined where the token is not, or no longer, good for one of the audiences. */
  authenticate(token: string, audiences: readonly string[] = apiAudiences): UserInfo | undefined {
    const claims = this.#claimsOf(token);
    if (!claims) return undefined;
    const now = this.#clock.now() / 1000;
    if (now >= claims.exp || now < claims.nbf || claims.iss !== issuer) return undefined;
    if (!claims.aud.some((audience) => audiences.includes(audience))) return undefined;
    const { namespace, serviceaccount, pod, secret, node } = claims['kubernetes.io'];
    if (!this.#exists('serviceaccounts', namespace, serviceaccount)) return undefined;
    if (pod && !this.#exists('pods', namespace, pod)) return undefined;
    if (secret && !this.#exists('secrets', namespace, secret)) return undefined;
    if (node && !pod && !this.#exists('nodes', '', node)) return undefined;
    return {
      name: claims.sub,
      uid: serviceaccount.uid,
      groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
      extra: {
        'authentication.kubernetes.io/credential-id': [`JTI=${claims.jti}`],
        ...(node && {
          'authentication.kubernetes.io/node-name': [node.name],
          'authentication.kubernetes.io/node-uid': [node.uid],
        }),
        ...(pod && {
          'authentication.kubernetes.io/pod-name': [pod.name],
          'authentication.kubernetes.io/pod-uid': [pod.uid],
        }),
      },
    };
  }

  /** The audiences a good token was issued for. */
  audiencesOf(token: string): readonly string[] {
    return this.#claimsOf(token)?.aud ?? [];
  }

  /** What verifies the tokens, as a JSON Web Key Set. */
  keys(): object {
    const { x, y } = this.#publicKey.export({ format: 'jwk' });
    return { keys: [{ use: 'sig', kty: 'EC', kid: this.#keyId, crv: 'P-256', alg: 'ES256', x, y }] };
  }

  #exists(resource: string, namespace: string, { name, uid }: Reference): boolean {
    const found = this.#get(resource, namespace, name);
    return found?.metadata.uid === uid && !this.#overdue(found);
  }

  /** A minute after the object should have been gone, its tokens are no good, whatever keeps it. */
  #overdue({ metadata: { deletionTimestamp } }: KubeObject): boolean {
    return deletionTimestamp !== undefined && this.#clock.now() > Date.parse(deletionTimestamp) + 60_000;
  }

  #claimsOf(token: string): Claims | undefined {
    const known = this.#verified.get(token);
    if (known) return known;
    const parts = token.split('.');
    if (parts.length !== 3) return undefined;
    const [header, payload, signature] = parts as [string, string, string];
    const signed = Buffer.from(signature, 'base64url');
    // Of any other length it would not be told wrong but make the library throw.
    const good =
      signed.length === signatureLength &&
      createVerify('SHA256')
        .update(`${header}.${payload}`)
        .verify({ key: this.#publicKey, dsaEncoding: 'ieee-p1363' }, signed);
    const decoded = good ? decode(header) : undefined;
    if (!isObject(decoded) || decoded.alg !== 'ES256') return undefined;
    // What we have signed ourselves has the claims that we put there.
    const claims = decode(payload) as unknown as Claims;
    if (this.#verified.size >= remembered) this.#verified.delete(this.#verified.keys().next().value!);
    this.#verified.set(token, claims);
    return claims;
  }
}

/** Bytes of a signature by ES256. */
const signatureLength = 64;

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function decode(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString());
  } catch {
    return undefined;
  }
}
