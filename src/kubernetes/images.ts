/** Names of images, as github.com/distribution/reference reads and completes them. */

export interface ImageName {
  /** With the registry: "docker.io/library/busybox". */
  readonly name: string;
  /** "latest" where neither tag nor digest is given; '' where there is a digest alone. */
  readonly tag: string;
  /** "sha256:…", or ''. */
  readonly digest: string;
}

const component = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;
const domainName =
  /^(?:(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?$/;
const tagFormat = /^\w[\w.-]{0,127}$/;
const digestLengths: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

/** undefined where `image` is no valid reference. */
export function parseImageName(image: string): ImageName | undefined {
  if (image.length > 1024 || /^[a-f0-9]{64}$/.test(image)) return undefined;
  const at = image.indexOf('@');
  const digest = at < 0 ? '' : image.slice(at + 1);
  if (at >= 0 && !isDigest(digest)) return undefined;
  const rest = at < 0 ? image : image.slice(0, at);
  const { domain, path } = splitDomain(rest);
  const colon = path.indexOf(':');
  const repository = colon < 0 ? path : path.slice(0, colon);
  const tag = colon < 0 ? '' : path.slice(colon + 1);
  if (colon >= 0 && !tagFormat.test(tag)) return undefined;
  if (!domainName.test(domain) || repository.length > 255) return undefined;
  if (!repository.split('/').every((part) => component.test(part))) return undefined;
  return { name: `${domain}/${repository}`, tag: tag || (digest ? '' : 'latest'), digest };
}

/** What comes before the first slash is a registry if it looks like one; else the registry is Docker Hub. */
function splitDomain(name: string): { domain: string; path: string } {
  const slash = name.indexOf('/');
  if (slash < 0) return { domain: 'docker.io', path: `library/${name}` };
  const first = name.slice(0, slash);
  const registry = first === 'localhost' || /[.:]/.test(first) || first !== first.toLowerCase();
  const domain = !registry || first === 'index.docker.io' ? 'docker.io' : first;
  const path = registry ? name.slice(slash + 1) : name;
  return { domain, path: domain === 'docker.io' && !path.includes('/') ? `library/${path}` : path };
}

function isDigest(text: string): boolean {
  const [algorithm = '', hex = ''] = text.split(/:(.*)/s);
  return Object.hasOwn(digestLengths, algorithm) && hex.length === digestLengths[algorithm] && /^[a-f0-9]+$/.test(hex);
}
