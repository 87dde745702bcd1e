import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * Who may talk to this server. It gives out a shell, so every request has to name the server by an allowed host
 * (else a website could rebind its own name to this machine), and all but the page's own code needs the cookie that a
 * one-time link was exchanged for.
 */

export interface AccessOptions {
  /** 32 bytes, kept between starts so that open tabs stay valid. */
  readonly key: Buffer;
  readonly port: number;
  /** Names besides the loopback ones under which a proxy or tunnel leads here. */
  readonly allowedHosts: readonly string[];
  /** Milliseconds since the epoch. */
  now(): number;
}

/** The only one there is on a learner's own machine. */
export const onlyLearner = 'learner';

/** Milliseconds for which an unused link is good. */
const linkLifetime = 24 * 60 * 60 * 1000;
const cookieLifetime = 30 * 24 * 60 * 60;
/** Unused links kept at most; older ones end. */
const mostLinks = 32;

export class Access {
  readonly #options: AccessOptions;
  readonly #hosts: ReadonlySet<string>;
  readonly #origins: ReadonlySet<string>;
  readonly #links = new Map<string, number>();

  constructor(options: AccessOptions) {
    this.#options = options;
    const { port, allowedHosts } = options;
    const loopback = ['127.0.0.1', 'localhost', '[::1]'].flatMap((name) =>
      port === 80 ? [name, `${name}:80`] : [`${name}:${port}`],
    );
    const names = allowedHosts.map((name) => name.toLowerCase());
    const allowed = names.flatMap((name) => (/:\d+$/.test(name) ? [name] : [name, `${name}:${port}`]));
    this.#hosts = new Set([...loopback, ...allowed]);
    this.#origins = new Set([
      ...loopback.map((host) => `http://${host.replace(/:80$/, '')}`),
      ...allowed.flatMap((host) => [`http://${host.replace(/:80$/, '')}`, `https://${host.replace(/:443$/, '')}`]),
    ]);
  }

  hostAllowed(host: string | undefined): boolean {
    return host !== undefined && this.#hosts.has(host.toLowerCase());
  }

  /** Compared as a whole: "http://localhost:8080.evil.test" is another. */
  originAllowed(origin: string | undefined): boolean {
    return origin !== undefined && this.#origins.has(origin.toLowerCase());
  }

  /** A token that can be exchanged for a cookie, once. */
  issueLink(): string {
    const token = randomBytes(32).toString('base64url');
    this.#links.set(token, this.#options.now() + linkLifetime);
    for (const old of [...this.#links.keys()].slice(0, -mostLinks)) this.#links.delete(old);
    return token;
  }

  /** The learner it stands for; undefined where it never was one, has been used, or is too old. */
  redeem(token: string): string | undefined {
    const until = this.#links.get(token);
    this.#links.delete(token);
    return until !== undefined && this.#options.now() <= until ? onlyLearner : undefined;
  }

  /** Value of a Set-Cookie header. */
  cookie(learner: string): string {
    const value = `${Buffer.from(learner).toString('base64url')}.${this.#sign(learner)}`;
    return `${this.#cookieName}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${cookieLifetime}`;
  }

  /** @param header Cookie */
  learnerOf(header: string | undefined): string | undefined {
    for (const part of (header ?? '').split(';')) {
      const [name, value = ''] = part.trim().split('=');
      if (name !== this.#cookieName) continue;
      const [encoded = '', signature = ''] = value.split('.');
      const learner = Buffer.from(encoded, 'base64url').toString('utf8');
      if (same(signature, this.#sign(learner))) return learner;
    }
    return undefined;
  }

  /** Cookies know no ports, and another Ordinal may run beside this one. */
  get #cookieName(): string {
    return `ordinal-${this.#options.port}`;
  }

  #sign(learner: string): string {
    return createHmac('sha256', this.#options.key).update(learner).digest('base64url');
  }
}

/** In time that does not depend on where they differ. */
export function same(one: string, other: string): boolean {
  const [first, second] = [Buffer.from(one), Buffer.from(other)];
  return first.length === second.length && timingSafeEqual(first, second);
}
