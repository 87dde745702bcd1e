import type { Catalogue, LessonPage } from '../../protocol/lesson.ts';

/** Why a request brought nothing, as far as the learner can do something about it. */
export class RequestFailed extends Error {
  constructor(
    /** `expired`: no valid session cookie. `gone`: nobody answers. `missing`: no such lesson. `broken`: anything else. */
    readonly reason: 'expired' | 'gone' | 'missing' | 'broken',
    message: string,
  ) {
    super(message);
  }
}

export function fetchCatalogue(signal: AbortSignal): Promise<Catalogue> {
  return get<Catalogue>('/api/catalogue', signal);
}

export function fetchLesson(id: string, signal: AbortSignal): Promise<LessonPage> {
  return get<LessonPage>(`/api/lessons/${encodeURIComponent(id)}`, signal);
}

/** A refused WebSocket does not say why; a small request does. */
export async function probe(): Promise<'ok' | 'expired' | 'gone'> {
  try {
    await get('/api/catalogue', AbortSignal.timeout(4000));
    return 'ok';
  } catch (error) {
    return error instanceof RequestFailed && error.reason === 'expired' ? 'expired' : 'gone';
  }
}

async function get<T>(path: string, signal: AbortSignal): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, { signal, headers: { accept: 'application/json' }, cache: 'no-store' });
  } catch (error) {
    signal.throwIfAborted();
    throw new RequestFailed('gone', `${path}: the server does not answer (${String(error)})`);
  }
  if (response.ok) return (await response.json()) as T;
  const text = await explanation(response);
  if (response.status === 401) throw new RequestFailed('expired', text);
  if (response.status === 404) throw new RequestFailed('missing', text);
  throw new RequestFailed('broken', `${path} answered ${response.status}: ${text}`);
}

/** Errors come as JSON with a `message`, or as plain text. */
async function explanation(response: Response): Promise<string> {
  const text = await response.text().catch(() => '');
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && 'message' in value && typeof value.message === 'string') {
      return value.message;
    }
  } catch {
    // Plain text, then.
  }
  return text.slice(0, 500) || response.statusText;
}
