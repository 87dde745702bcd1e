import { badRequest } from '../../../kubernetes/errors.ts';
import { parseJson } from '../schema/decode.ts';

/** Where a list that is read in chunks goes on. Upstream's format, so that clients find nothing unusual in it. */
export interface ContinueToken {
  /** The revision that all chunks show; -1 for the newest, which gives up consistency. */
  readonly revision: number;
  /** The last object that was returned. */
  readonly after: { readonly namespace: string; readonly name: string };
}

export function encodeContinue({ revision, after }: ContinueToken): string {
  const start = after.namespace ? `${after.namespace}/${after.name}\0` : `${after.name}\0`;
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start })).toString('base64url');
}

/** @param namespaced whether keys have a namespace before the name. @throws ApiError BadRequest */
export function decodeContinue(token: string, namespaced: boolean): ContinueToken {
  const wrong = (why: string) => badRequest(`invalid continue token: ${why}`);
  let parsed: { v?: unknown; rv?: unknown; start?: unknown };
  try {
    const { value } = parseJson(Buffer.from(token, 'base64url').toString());
    if (typeof value !== 'object' || value === null) throw new Error('not an object');
    parsed = value;
  } catch (error) {
    throw wrong(`continue key is not valid: ${(error as Error).message}`);
  }
  const { v, rv, start } = parsed;
  if (v !== 'meta.k8s.io/v1')
    throw wrong(`continue key is not valid: server does not recognize this encoded version ${v}`);
  if (typeof rv !== 'number' || !Number.isSafeInteger(rv) || rv === 0) {
    throw wrong('continue key is not valid: incorrect encoded start resourceVersion (version meta.k8s.io/v1)');
  }
  if (typeof start !== 'string' || start === '') {
    throw wrong('continue key is not valid: encoded start key empty (version meta.k8s.io/v1)');
  }
  const [namespace, name] = namespaced ? start.split('/') : ['', start];
  if (namespace === undefined || name === undefined || name.includes('/') || /^\.{1,2}$/.test(name)) {
    throw wrong(`continue key is not valid: ${start}`);
  }
  return { revision: rv, after: { namespace, name: name.replace(/\0$/, '') } };
}
