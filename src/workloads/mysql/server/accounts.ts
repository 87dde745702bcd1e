import { createHash, timingSafeEqual } from 'node:crypto';
import type { Account, Catalog } from '../engine/catalog.ts';
import { passwordHash } from '../engine/definitions.ts';
import { failures } from '../sql/errors.ts';

export interface Login {
  readonly name: string;
  readonly password: string;
}

/**
 * Whose account it is. Of several the one for the client's own host comes first.
 * @param from `localhost`, or an address
 * @throws SqlError
 */
export function logIn(catalog: Catalog, { name, password }: Login, from: string): Account {
  const account = [from, '%'].map((host) => catalog.account({ name, host })).find((found) => found !== undefined);
  const hash = passwordHash(password);
  if (!account || !same(account.hash, hash)) throw failures.accessDenied(name, from, password !== '');
  return account;
}

function same(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
