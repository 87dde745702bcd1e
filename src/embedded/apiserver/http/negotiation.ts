import { ApiError } from '../../../kubernetes/status.ts';

/** How an answer is to be written. */
export interface Format {
  readonly type: 'json' | 'yaml';
  /** What objects are turned into. */
  readonly as?: {
    readonly kind: 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList';
    readonly version: 'v1' | 'v1beta1';
  };
  readonly pretty: boolean;
}

/** What the answer is; a plain value can be written as it is alone, as no Table and no metadata. */
export type AnswerUse = 'object' | 'list' | 'watch' | 'value';

const plain: Format = { type: 'json', pretty: false };
/** What can be written here, under upstream's name for it. Protocol buffers cannot. */
const offered = 'application/json, application/yaml, application/vnd.kubernetes.protobuf';
const offeredStreams = 'application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch';

interface Clause {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
}

/**
 * @param use a watch can only be JSON
 * @throws ApiError NotAcceptable
 */
export function negotiate(accept: string | undefined, pretty: boolean, use: AnswerUse = 'object'): Format {
  const watching = use === 'watch';
  if (!accept || accept === 'application/json') return pretty ? { ...plain, pretty } : plain;
  let understood = false;
  for (const { type, parameters } of parseAccept(accept)) {
    const written = writtenAs(type, watching);
    if (!written) {
      understood ||= type === 'application/vnd.kubernetes.protobuf' || type === 'application/yaml';
      continue;
    }
    understood = true;
    const stream = parameters.get('stream');
    if (stream && stream !== 'watch') continue;
    const as = conversion(parameters);
    if (as === 'unknown' || (as && use === 'value') || (as && written === 'yaml' && as.kind === 'Table' && watching))
      continue;
    return { type: written, pretty: pretty || parameters.get('pretty') === '1', ...(as && { as }) };
  }
  if (understood) {
    throw new ApiError(
      406,
      'NotAcceptable',
      `only the following media types are accepted: ${watching ? offeredStreams : offered}`,
    );
  }
  throw new ApiError(
    406,
    'NotAcceptable',
    `406: Not Acceptable\n\nAvailable representations: ${use === 'list' || watching ? `${offered}, ${offeredStreams}` : offered}`,
    {},
  );
}

function writtenAs(type: string, watching: boolean): Format['type'] | undefined {
  if (type === 'application/json' || type === 'application/*' || type === '*/*') return 'json';
  return type === 'application/yaml' && !watching ? 'yaml' : undefined;
}

function conversion(parameters: ReadonlyMap<string, string>): Format['as'] | 'unknown' {
  const kind = parameters.get('as');
  const version = parameters.get('v');
  const group = parameters.get('g');
  if (kind === undefined && version === undefined && group === undefined) return undefined;
  if (group !== 'meta.k8s.io' || (version !== 'v1' && version !== 'v1beta1')) return 'unknown';
  if (kind !== 'Table' && kind !== 'PartialObjectMetadata' && kind !== 'PartialObjectMetadataList') return 'unknown';
  return { kind, version };
}

/** Best first; what stands first goes before what is equally good. */
function parseAccept(accept: string): Clause[] {
  return accept
    .split(',')
    .map((text) => {
      const [type = '', ...rest] = text.split(';').map((part) => part.trim());
      const parameters = new Map(
        rest.map((part) => {
          const at = part.indexOf('=');
          return at < 0 ? [part, ''] : [part.slice(0, at).trim(), part.slice(at + 1).trim()];
        }),
      );
      const quality = Number(parameters.get('q') ?? 1);
      return { type: type.toLowerCase(), parameters, quality: Number.isNaN(quality) ? 0 : quality };
    })
    .filter(({ type }) => type !== '')
    .sort((a, b) => b.quality - a.quality);
}

/** Whether to indent: where the query says, else for tools that people look at. */
export function wantsPretty(query: string, userAgent: string | undefined): boolean {
  const said = query.includes('pretty') ? new URLSearchParams(query).get('pretty') : null;
  if (said) return ['1', 't', 'T', 'true', 'TRUE', 'True'].includes(said);
  return userAgent !== undefined && /^(curl|Wget|Mozilla\/5\.0)/.test(userAgent);
}
