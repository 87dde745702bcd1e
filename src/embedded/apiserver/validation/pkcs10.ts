import { createPublicKey, type KeyObject, verify, X509Certificate } from 'node:crypto';

/** Certificates and requests for them, in PEM: what validation needs to know of them, and Go's words for what is wrong. */

export interface PemBlock {
  readonly type: string;
  readonly headers: boolean;
  readonly bytes: Buffer;
}

export function pemBlocks(pem: Buffer): PemBlock[] {
  const text = pem.toString('latin1');
  const blocks: PemBlock[] = [];
  const begin = /-----BEGIN ([^-\n]+)-----\r?\n/g;
  for (let found = begin.exec(text); found; found = begin.exec(text)) {
    const type = found[1]!;
    const end = `-----END ${type}-----`;
    const stop = text.indexOf(end, begin.lastIndex);
    // Looking on after a block without an end would let a long text take for ever.
    if (stop < 0) break;
    const body = text.slice(begin.lastIndex, stop);
    const headers = /^[^\s:]+:/.test(body);
    const base64 = headers ? body.replace(/^[\s\S]*?\r?\n\r?\n/, '') : body;
    blocks.push({ type, headers, bytes: Buffer.from(base64, 'base64') });
    begin.lastIndex = stop + end.length;
  }
  return blocks;
}

/** Why a PEM-encoded PKCS#10 request is refused: no request, or not signed with the key it is for. */
export function requestProblem(pem: Buffer): string | undefined {
  const [block] = pemBlocks(pem);
  if (block?.type !== 'CERTIFICATE REQUEST') return 'PEM block type must be CERTIFICATE REQUEST';
  let request: ReturnType<typeof parseRequest>;
  let key: KeyObject;
  try {
    request = parseRequest(block.bytes);
    key = createPublicKey({ key: request.publicKey, format: 'der', type: 'spki' });
  } catch (error) {
    return `asn1: structure error: ${error instanceof Error ? error.message : String(error)}`;
  }
  const algorithm = algorithms[request.algorithm];
  if (algorithm === undefined) return 'x509: cannot verify signature: algorithm unimplemented';
  try {
    if (verify(algorithm === 'pure' ? null : algorithm, request.signed, key, request.signature)) return undefined;
  } catch {
    // A signature that is not even well-formed.
  }
  switch (key.asymmetricKeyType) {
    case 'ec':
      return 'x509: ECDSA verification failure';
    case 'ed25519':
      return 'x509: Ed25519 verification failure';
    default:
      return 'crypto/rsa: verification error';
  }
}

export interface RequestContent {
  /** DER of the distinguished name. */
  readonly subject: Buffer;
  /** DER of the SubjectPublicKeyInfo. */
  readonly publicKey: Buffer;
  /** DER of the GeneralNames that are asked for; absent where there are none. */
  readonly alternativeNames?: Buffer;
}

/** What a PEM-encoded PKCS#10 request asks to have certified. @throws Error where it is none */
export function requestContent(pem: Buffer): RequestContent {
  const [block] = pemBlocks(pem);
  if (block?.type !== 'CERTIFICATE REQUEST') throw new Error('PEM block type must be CERTIFICATE REQUEST');
  const { info, publicKey } = parseRequest(block.bytes);
  const [, subject, , attributes] = info;
  if (!subject) throw new Error('the request names no subject');
  const requested = attributes && elements(attributes.content).find((each) => isNamed(each, extensionRequest));
  const [, values] = requested ? elements(requested.content) : [];
  const [extensions] = values ? elements(values.content) : [];
  const names = extensions && elements(extensions.content).find((each) => isNamed(each, subjectAltName));
  const wrapped = names && elements(names.content).at(-1);
  return { subject: subject.whole, publicKey, ...(wrapped && { alternativeNames: wrapped.content }) };
}

/** DER of object identifiers. */
const extensionRequest = '2a864886f70d01090e';
const subjectAltName = '551d11';

function isNamed(element: Element, identifier: string): boolean {
  return elements(element.content)[0]?.content.toString('hex') === identifier;
}

/** Why a chain of PEM-encoded certificates is refused. */
export function certificateProblem(pem: Buffer): string | undefined {
  if (pem.length === 0) return undefined;
  const blocks = pemBlocks(pem);
  for (const { type, headers, bytes } of blocks) {
    if (type !== 'CERTIFICATE') return `only CERTIFICATE PEM blocks are allowed, found ${JSON.stringify(type)}`;
    if (headers) return 'no PEM block headers are permitted';
    if (bytes.length === 0) return 'found CERTIFICATE PEM block containing 0 certificates';
    try {
      new X509Certificate(bytes);
    } catch {
      return 'x509: malformed certificate';
    }
  }
  return blocks.length === 0 ? 'must contain at least one CERTIFICATE PEM block' : undefined;
}

/** Signature algorithms by their object identifier's DER. */
const algorithms: Readonly<Record<string, string>> = {
  '2a8648ce3d040302': 'sha256',
  '2a8648ce3d040303': 'sha384',
  '2a8648ce3d040304': 'sha512',
  '2a864886f70d01010b': 'sha256',
  '2a864886f70d01010c': 'sha384',
  '2a864886f70d01010d': 'sha512',
  '2b6570': 'pure',
};

/**
 * CertificationRequest ::= SEQUENCE { CertificationRequestInfo, AlgorithmIdentifier, BIT STRING }, and the info's third
 * element is the public key.
 */
function parseRequest(der: Buffer) {
  const [info, algorithm, signature] = elements(read(der, 0).content);
  if (!info || !algorithm || !signature) throw new Error('the request is incomplete');
  const parts = elements(info.content);
  const publicKey = parts[2];
  const [identifier] = elements(algorithm.content);
  if (!publicKey || !identifier) throw new Error('the request holds no public key');
  return {
    info: parts,
    signed: info.whole,
    publicKey: publicKey.whole,
    algorithm: identifier.content.toString('hex'),
    // A bit string starts with the number of unused bits, which is none.
    signature: signature.content.subarray(1),
  };
}

interface Element {
  /** With tag and length. */
  readonly whole: Buffer;
  readonly content: Buffer;
}

function elements(content: Buffer): Element[] {
  const found: Element[] = [];
  for (let offset = 0; offset < content.length; ) {
    const element = read(content, offset);
    found.push(element);
    offset += element.whole.length;
  }
  return found;
}

function read(der: Buffer, offset: number): Element {
  let length = der[offset + 1];
  let start = offset + 2;
  if (length === undefined) throw new Error('data truncated');
  if (length & 0x80) {
    const bytes = length & 0x7f;
    if (bytes === 0 || bytes > 4 || start + bytes > der.length) throw new Error('length too large');
    length = der.readUIntBE(start, bytes);
    start += bytes;
  }
  if (start + length > der.length) throw new Error('data truncated');
  return { whole: der.subarray(offset, start + length), content: der.subarray(start, start + length) };
}
