import { createReadStream } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { resolveAsset } from '../lessons/assets.ts';
import type { Lesson } from '../lessons/lesson.ts';
import type { LoadedLesson } from '../lessons/load.ts';
import type { ProgressRecord } from '../progress/record.ts';
import type { Catalogue } from '../protocol/lesson.ts';
import { type Access, same } from './access.ts';
import { controlPath } from './control.ts';
import { assetPolicy, securityHeaders } from './headers.ts';
import type { StaticFile, StaticFiles } from './static-files.ts';
import { wirePage, wireSummary } from './wire.ts';

export interface RouteOptions {
  readonly access: Access;
  readonly files: StaticFiles;
  readonly product: { readonly version: string };
  readonly provider: {
    readonly name: string;
    readonly description: string;
    readonly capabilities: ReadonlySet<string>;
  };
  /** By which the owner's own processes ask for a link. */
  readonly controlSecret: string;
  lessons(): readonly LoadedLesson[];
  progress(learner: string, lesson: string): ProgressRecord | undefined;
  /** The namespace in which a lesson is learned here. */
  namespaceOf(lesson: string): string;
  /** HTML of each step. */
  render(lesson: Lesson, namespace: string): Promise<readonly { readonly id: string; readonly html: string }[]>;
  /** A link that lets its first user in. */
  link(): string;
}

/** What is answered to a request that is not served, as a status and in words. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Everything that is not a WebSocket. Nothing here changes anything, so only GET and HEAD are served. */
export function createRoutes(options: RouteOptions) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
    serve(options, request, response).catch((error: unknown) => {
      if (response.headersSent) {
        response.destroy();
        return;
      }
      const status = error instanceof Refusal ? error.status : 500;
      const message = error instanceof Refusal ? error.message : 'The server could not answer this.';
      json(response, status, { message });
    });
  };
}

/** Host first, then the path; who asks depends on the path. @throws Refusal */
export function requestPath(access: Access, request: IncomingMessage): { path: string; query: URLSearchParams } {
  if (!access.hostAllowed(request.headers.host)) {
    throw new Refusal(403, `The host ${request.headers.host ?? '(none)'} is not allowed here: see --allowed-host.`);
  }
  const [rawPath = '', query = ''] = (request.url ?? '').split('?', 2);
  let path: string;
  try {
    path = decodeURIComponent(rawPath);
  } catch {
    throw new Refusal(400, 'The path is not valid.');
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they have no place in a path
  if (!path.startsWith('/') || /[\x00-\x1f\\]/.test(path) || path.split('/').includes('..')) {
    throw new Refusal(400, 'The path is not valid.');
  }
  return { path, query: new URLSearchParams(query) };
}

async function serve(options: RouteOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { access, files } = options;
  const { path, query } = requestPath(access, request);
  if (path === controlPath) return serveControl(options, request, response);
  const learner = access.learnerOf(request.headers.cookie);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    if (!learner || !access.originAllowed(request.headers.origin)) throw new Refusal(403, 'Not allowed.');
    response.setHeader('allow', 'GET, HEAD');
    throw new Refusal(405, 'Nothing here is changed by a request: use the page.');
  }
  const token = query.get('token');
  if (token !== null) return exchange(options, token, path, learner, response);
  if (path.startsWith('/api/')) return serveApi(options, path, learner, request, response);
  const asset = /^\/lessons\/([^/]+)\/assets\/(.+)$/.exec(path);
  if (asset) return serveAsset(options, asset[1]!, asset[2]!, learner, response);
  const file = files.get(path) ?? (isPage(path) ? files.get('/index.html') : undefined);
  if (!file) throw new Refusal(404, `There is nothing at ${path}.`);
  sendFile(request, response, file);
}

/** Paths for which the browser's own router decides what is shown. */
function isPage(path: string): boolean {
  return path === '/' || /^\/lessons\/[^/]+\/?$/.test(path);
}

/** A link's token for a cookie; the answer leads on to an address without it. */
function exchange(
  { access }: RouteOptions,
  token: string,
  path: string,
  known: string | undefined,
  response: ServerResponse,
): void {
  const learner = access.redeem(token);
  if (learner) response.setHeader('set-cookie', access.cookie(learner));
  else if (!known) {
    throw new Refusal(
      401,
      'This link has been used, or is too old. Run the command that started Ordinal again (npm start): it prints a fresh one.',
    );
  }
  response.setHeader('cache-control', 'no-store');
  response.writeHead(303, { location: isPage(path) ? encodeURI(path) : '/' }).end();
}

/** Another process of the same owner, which knows the secret from a file only they can read. Never a browser. */
function serveControl(options: RouteOptions, request: IncomingMessage, response: ServerResponse): void {
  const given = request.headers.authorization ?? '';
  if (request.headers.origin !== undefined || !same(given, `Bearer ${options.controlSecret}`)) {
    throw new Refusal(403, 'Not allowed.');
  }
  if (request.method !== 'POST') throw new Refusal(405, 'Not allowed.');
  json(response, 200, { link: options.link() });
}

async function serveApi(
  options: RouteOptions,
  path: string,
  learner: string | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.headers['sec-fetch-site'] === 'cross-site') throw new Refusal(403, 'Not allowed.');
  if (request.headers.origin !== undefined && !options.access.originAllowed(request.headers.origin)) {
    throw new Refusal(403, 'Not allowed.');
  }
  if (!learner) throw new Refusal(401, 'The session has ended. Run npm start again: it prints a fresh link.');
  if (path === '/api/catalogue') {
    const { product, provider } = options;
    const catalogue: Catalogue = {
      product: { version: product.version },
      provider: { name: provider.name, description: provider.description },
      lessons: options
        .lessons()
        .map((loaded) => wireSummary(loaded, options.progress(learner, loaded.id), provider.capabilities)),
    };
    return json(response, 200, catalogue);
  }
  const id = /^\/api\/lessons\/([^/]+)$/.exec(path)?.[1];
  if (id === undefined) throw new Refusal(404, `There is nothing at ${path}.`);
  const lesson = lessonOf(options, id);
  const namespace = options.namespaceOf(lesson.id);
  const lessons = options.lessons();
  const next = lessons.slice(lessons.findIndex((loaded) => loaded.id === id) + 1).find((loaded) => loaded.lesson);
  json(response, 200, wirePage(lesson, namespace, await options.render(lesson, namespace), next?.lesson));
}

function serveAsset(
  options: RouteOptions,
  id: string,
  path: string,
  learner: string | undefined,
  response: ServerResponse,
): void {
  if (!learner) throw new Refusal(401, 'The session has ended.');
  const asset = resolveAsset(lessonOf(options, id), path);
  if (!asset) throw new Refusal(404, 'There is no such picture.');
  response.setHeader('content-security-policy', assetPolicy);
  response.setHeader('content-type', asset.type);
  response.setHeader('cache-control', 'no-cache');
  createReadStream(asset.path)
    .on('error', () => response.destroy())
    .pipe(response);
}

function lessonOf(options: RouteOptions, id: string): Lesson {
  const lesson = options.lessons().find((loaded) => loaded.id === id)?.lesson;
  if (!lesson) throw new Refusal(404, `There is no lesson "${id}", or it has errors: see the catalogue.`);
  return lesson;
}

function sendFile(request: IncomingMessage, response: ServerResponse, file: StaticFile): void {
  response.setHeader('content-type', file.type);
  response.setHeader('cache-control', file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
  response.setHeader('etag', file.etag);
  response.setHeader('vary', 'accept-encoding');
  if (request.headers['if-none-match'] === file.etag) {
    response.writeHead(304).end();
    return;
  }
  const gzip = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '') ? file.gzip() : undefined;
  if (gzip) response.setHeader('content-encoding', 'gzip');
  const body = gzip ?? file.body;
  response.setHeader('content-length', body.length);
  response.end(request.method === 'HEAD' ? undefined : body);
}

function json(response: ServerResponse, status: number, body: object): void {
  response.setHeader('cache-control', 'no-store');
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}
