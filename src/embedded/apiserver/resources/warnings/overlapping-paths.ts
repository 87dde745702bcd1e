import { goQuote } from '../../../../kubernetes/go-format.ts';
import type { Volume } from '../../../../kubernetes/objects.ts';

/** Files of one volume that would lie on top of each other: a path that is another's, or a folder of it. */

interface Located {
  readonly path: string;
  /** Which of a projected volume's sources. */
  readonly source: string;
}

export function overlappingPathWarnings(volumes: readonly Volume[] | undefined): string[] {
  return (volumes ?? []).flatMap((volume) => {
    const { name = '', configMap, secret, downwardAPI, projected } = volume;
    const warn = (kind: string) => (overlap: string) =>
      `volume ${goQuote(name)} (${kind}): overlapping paths: ${overlap}`;
    const warnings = [
      ...overlaps(locate(configMap?.items)).map(warn(`ConfigMap ${goQuote(configMap?.name ?? '')}`)),
      ...overlaps(locate(secret?.items)).map(warn(`Secret ${goQuote(secret?.secretName ?? '')}`)),
      ...overlaps(locate(downwardAPI?.items)).map(warn('DownwardAPI')),
    ];
    if (!projected) return warnings;
    const located: Located[] = [];
    // As upstream has it, a source that lists no paths counts with those of the one before it.
    let paths: Located[] = [];
    for (const source of projected.sources ?? []) {
      if (Object.values(source).every((value) => value === undefined)) {
        warnings.push(`volume ${goQuote(name)} (Projected) has no sources provided`);
        continue;
      }
      if (source.configMap?.items)
        paths = locate(source.configMap.items, `ConfigMap ${goQuote(source.configMap.name ?? '')}`);
      else if (source.secret?.items) paths = locate(source.secret.items, `Secret ${goQuote(source.secret.name ?? '')}`);
      else if (source.downwardAPI?.items) paths = locate(source.downwardAPI.items, 'DownwardAPI');
      else if (source.serviceAccountToken) paths = locate([source.serviceAccountToken], 'ServiceAccountToken');
      located.push(...paths);
    }
    return [...warnings, ...overlaps(located).map(warn('Projected'))];
  });
}

function locate(items: readonly { readonly path?: string }[] | undefined, source = ''): Located[] {
  return (items ?? []).map(({ path = '' }) => ({ path: path.replace(/\/+$/, ''), source }));
}

function overlaps(paths: readonly Located[]): string[] {
  return paths.flatMap((one, index) =>
    paths
      .slice(0, index)
      .filter(
        (other) =>
          one.path !== '' && other.path !== '' && (within(one.path, other.path) || within(other.path, one.path)),
      )
      .map((other) => `${print(one)} with ${print(other)}`),
  );
}

function within(path: string, folder: string): boolean {
  return `${path}/`.startsWith(`${folder}/`);
}

function print({ path, source }: Located): string {
  return source ? `${goQuote(path)} (${source})` : goQuote(path);
}
