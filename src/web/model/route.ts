/** Addresses of the interface: `/` is the catalogue, `/lessons/ID#STEP` a step of a lesson. */
export type Route =
  | { readonly view: 'catalogue' }
  | { readonly view: 'lesson'; readonly lesson: string; readonly step: string | undefined }
  | { readonly view: 'unknown'; readonly path: string };

/** The view after the last step; no lesson can have a step of that name because ids start with a letter. */
export const FINISH = '~finish';

/** `path` and `hash` as `location` gives them: percent-encoded, the hash with its "#". */
export function parseRoute(path: string, hash: string): Route {
  if (path === '/' || path === '/index.html') return { view: 'catalogue' };
  const match = /^\/lessons\/([^/]+)\/?$/.exec(path);
  const lesson = match && decode(match[1]!);
  if (!lesson) return { view: 'unknown', path };
  const step = decode(hash.replace(/^#/, ''));
  return { view: 'lesson', lesson, step: step || undefined };
}

export function lessonHref(lesson: string, step?: string): string {
  return `/lessons/${encodeURIComponent(lesson)}${step ? `#${encodeURIComponent(step)}` : ''}`;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
