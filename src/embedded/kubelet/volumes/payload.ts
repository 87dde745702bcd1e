import type { ConfigMap, KeyToPath, Secret, Volume } from '../../../kubernetes/objects.ts';
import type { ConfigSource } from '../container/environment.ts';
import { type DownwardContext, metadataValue, resourceValue } from '../container/field-refs.ts';
import type { Payload, ProjectedFile } from './atomic-writer.ts';
import { VolumeError } from './volume.ts';

type ProjectedSource = NonNullable<NonNullable<Volume['projected']>['sources']>[number];
type TokenSource = NonNullable<ProjectedSource['serviceAccountToken']>;
type DownwardItems = NonNullable<Volume['downwardAPI']>['items'];

export interface PayloadContext extends DownwardContext, ConfigSource {
  /** A ServiceAccount token for the Pod. Rejects with the API server's error. */
  token(source: TokenSource): Promise<string>;
  readonly fsGroup: number | undefined;
  /** The user all of the Pod's containers run as, where it is one and the same. */
  readonly user: number | undefined;
}

const defaultFileMode = 0o644;

/** Whether the volume's content is projected from objects of the API. */
export function isProjected({ configMap, secret, downwardAPI, projected }: Volume): boolean {
  return !!(configMap ?? secret ?? downwardAPI ?? projected);
}

/** The ConfigMaps and Secrets that a volume's content comes from. */
export function sourcesOf({ configMap, secret, projected }: Volume): { configMaps: string[]; secrets: string[] } {
  const projections = projected?.sources ?? [];
  return {
    configMaps: [configMap?.name, ...projections.map((source) => source.configMap?.name)].filter(isName),
    secrets: [secret?.secretName, ...projections.map((source) => source.secret?.name)].filter(isName),
  };
}

function isName(name: string | undefined): name is string {
  return name !== undefined;
}

/** @throws VolumeError in the words of the volume plugins */
export async function volumePayload(volume: Volume, context: PayloadContext): Promise<Payload> {
  const { configMap, secret, downwardAPI, projected } = volume;
  if (configMap) return configMapPayload(configMap, configMap.defaultMode, context);
  if (secret) return secretPayload({ ...secret, name: secret.secretName }, secret.defaultMode, context);
  if (downwardAPI) return downwardPayload(downwardAPI.items, downwardAPI.defaultMode, context);
  return projectedPayload(projected?.sources ?? [], projected?.defaultMode, context);
}

async function projectedPayload(
  sources: readonly ProjectedSource[],
  mode: number | undefined,
  context: PayloadContext,
): Promise<Payload> {
  const files = new Map<string, ProjectedFile>();
  const problems: string[] = [];
  for (const source of sources) {
    try {
      for (const [path, file] of await sourcePayload(source, mode, context)) files.set(path, file);
    } catch (error) {
      problems.push((error as Error).message);
    }
  }
  if (problems.length > 0) {
    const unique = [...new Set(problems)];
    throw new VolumeError(unique.length > 1 ? `[${unique.join(', ')}]` : unique[0]!);
  }
  return files;
}

async function sourcePayload(
  { configMap, secret, downwardAPI, serviceAccountToken }: ProjectedSource,
  mode: number | undefined,
  context: PayloadContext,
): Promise<Payload> {
  if (configMap) return configMapPayload(configMap, mode, context);
  if (secret) return secretPayload(secret, mode, context);
  if (downwardAPI) return downwardPayload(downwardAPI.items, mode, context);
  if (!serviceAccountToken) return new Map();
  const { user, fsGroup } = context;
  const token = await context.token(serviceAccountToken);
  const file = {
    data: Buffer.from(token),
    mode: user === undefined && fsGroup === undefined ? (mode ?? defaultFileMode) : 0o600,
    ...(user !== undefined && { user }),
  };
  return new Map([[serviceAccountToken.path, file]]);
}

interface ObjectSource {
  readonly name?: string;
  readonly optional?: boolean;
  readonly items?: readonly KeyToPath[];
}

function configMapPayload(source: ObjectSource, mode: number | undefined, context: PayloadContext): Payload {
  const found = context.configMap(context.pod.metadata.namespace ?? '', source.name ?? '');
  if (!found && !source.optional) throw new VolumeError(`configmap "${source.name}" not found`);
  return select(found ? configMapFiles(found) : new Map(), source, mode, (key) => {
    return `configmap references non-existent config key: ${key}`;
  });
}

function secretPayload(source: ObjectSource, mode: number | undefined, context: PayloadContext): Payload {
  const found = context.secret(context.pod.metadata.namespace ?? '', source.name ?? '');
  if (!found && !source.optional) throw new VolumeError(`secret "${source.name}" not found`);
  return select(found ? secretFiles(found) : new Map(), source, mode, (key) => {
    return `references non-existent secret key: ${key}`;
  });
}

function configMapFiles({ data = {}, binaryData = {} }: ConfigMap): Map<string, Uint8Array> {
  return new Map([
    ...Object.entries(data).map(([key, value]) => [key, Buffer.from(value)] as const),
    ...Object.entries(binaryData).map(([key, value]) => [key, Buffer.from(value, 'base64')] as const),
  ]);
}

function secretFiles({ data = {} }: Secret): Map<string, Uint8Array> {
  return new Map(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64')] as const));
}

/** All keys under their own names, or those that `items` names under the paths it gives. */
function select(
  contents: ReadonlyMap<string, Uint8Array>,
  { items, optional }: ObjectSource,
  mode: number | undefined,
  missing: (key: string) => string,
): Payload {
  const files = new Map<string, ProjectedFile>();
  if (!items?.length) {
    for (const [key, data] of contents) files.set(key, { data, mode: mode ?? defaultFileMode });
    return files;
  }
  for (const item of items) {
    const data = contents.get(item.key);
    if (data) files.set(item.path, { data, mode: item.mode ?? mode ?? defaultFileMode });
    else if (!optional) throw new VolumeError(missing(item.key));
  }
  return files;
}

function downwardPayload(items: DownwardItems, mode: number | undefined, context: PayloadContext): Payload {
  const files = new Map<string, ProjectedFile>();
  for (const item of items ?? []) {
    let value = '';
    try {
      if (item.fieldRef) value = metadataValue(item.fieldRef.fieldPath, context.pod);
      else if (item.resourceFieldRef) value = resourceValue(item.resourceFieldRef, undefined, context);
    } catch (error) {
      throw new VolumeError((error as Error).message);
    }
    files.set(item.path, { data: Buffer.from(value), mode: item.mode ?? mode ?? defaultFileMode });
  }
  return files;
}
