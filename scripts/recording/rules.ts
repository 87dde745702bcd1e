/**
 * What differs between two runs on two clusters although nothing is different. Each rule names its reason to be; what no
 * rule matches is compared letter by letter.
 */
export interface Rule {
  readonly kind: string;
  /** Its first group is the value, or all of it without one. Applied to the text between earlier rules' matches. */
  readonly pattern: RegExp;
  /** See Token.names. */
  readonly names?: boolean;
  /**
   * The author of a scenario may write such values, and those stay as they are: `value` when the value appears in the
   * scenario, `match` when all that the pattern matched does, for values as short as a number.
   */
  readonly authored?: 'value' | 'match';
  /** For values that are written in several ways. */
  normalForm?(original: string): string;
}

/** The letters of Kubernetes' random names and hashes: no vowels, and no 0, 1 or 3. */
const safe = '[bcdfghjklmnpqrstvwxz2456789]';
const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const endOfName = '(?![a-z0-9-])';
/** Addresses of Services, apart from the two that every cluster gives to the API server and to DNS. */
const servicePrefix = String.raw`10\.96\.(?!0\.1\b|0\.10\b)`;
const octet = String.raw`\d{1,3}`;
/** "5s", "3m12s", "2d4h" */
const duration = String.raw`(?<![\w.-])(?:\d+y)?(?:\d+d)?(?:\d+h)?(?:\d+m)?(?:\d+s)?(?<=\d[smhdy])(?!\w)`;

const paths: Rule[] = [
  { kind: 'edited file', pattern: /[^\s"]*kubectl-edit-\d+\.\w+/ },
  { kind: 'workspace', pattern: /[^\s"']*\/recording-\w{6}(?=\/)/ },
];

const secrets: Rule[] = [
  { kind: 'certificate', pattern: /-----BEGIN [A-Z ]+-----[\s\S]*?-----END [A-Z ]+-----(?:\\n)?/, authored: 'value' },
  { kind: 'token', pattern: /\beyJ[\w-]+\.eyJ[\w-]+\.[\w-]+/ },
  { kind: 'continue', pattern: /"?continue"?: "?([\w=-]{20,})/ },
];

const times: Rule[] = [
  { kind: 'microtime', pattern: /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z/, authored: 'value' },
  { kind: 'nanotime', pattern: /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7,9}Z/, authored: 'value' },
  { kind: 'time', pattern: /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/, authored: 'value' },
  { kind: 'time', pattern: /\b[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4}/ },
  { kind: 'time', pattern: /\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? [+-]\d{4}(?: UTC)?/ },
  { kind: 'log header', pattern: /^[IWEF]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+(?= )/m },
  { kind: 'age', pattern: /\b(?:\d+h)?(?:\d+m)?\d+[smhd](?= ago\b)/ },
  { kind: 'age', pattern: /^(?: {2})?Duration: +(\d\S*)/m },
  // A row without a header, which no name and colon begins as a line of `kubectl describe` does.
  { kind: 'age', pattern: new RegExp(`^(?! *[A-Z][\\w -]*:).* {3}(${duration})(?= {3}|$)`, 'm') },
  { kind: 'pull time', pattern: /(?<=Successfully pulled image "[^"]+" in )\S+ \(\S+(?= including waiting)/ },
  { kind: 'bytes', pattern: /(?<=Image size: )\d+(?= bytes)/ },
];

const identities: Rule[] = [
  {
    kind: 'uid',
    pattern: new RegExp(`(?<![0-9a-z-])${uuid}(?![0-9a-z])|(?<=\\bpvc-)${uuid}(?![0-9a-z])`),
    names: true,
    authored: 'value',
  },
  { kind: 'container', pattern: /\bcontainerd:\/\/[0-9a-f]{64}/, names: true },
  { kind: 'image', pattern: /(?<=\bimageID"?: "?)[^"\s,]+/ },
  { kind: 'image', pattern: /(?<=\bImage ID: +)\S+/ },
  { kind: 'digest', pattern: /\bsha256:[0-9a-f]{64}/ },
  { kind: 'exec', pattern: /(?<=failed to start exec \\?")[0-9a-f]{64}/ },
  { kind: 'machine', pattern: /\b[0-9a-f]{32}\b/ },
  { kind: 'commit', pattern: /\b[0-9a-f]{40}\b/ },
  { kind: 'resource version', pattern: /\bresource ?version\\?"?: *\\?"?(\d+)/i, authored: 'match' },
  { kind: 'resource version', pattern: /(?<=Expected resource version to be \d+, was )\d+/ },
  { kind: 'event', pattern: /(?<=[a-z0-9]\.)[0-9a-f]{16}\b/, names: true },
  { kind: 'schedule', pattern: /(?<=[a-z]-)2[89]\d{6}(?!\d)/, names: true, authored: 'value' },
  { kind: 'hash', pattern: new RegExp(`(?<=[a-z0-9]-)${safe}{7,10}${endOfName}`), names: true, authored: 'value' },
  { kind: 'hash', pattern: new RegExp(`(?<=[a-z0-9]-)${safe}{7,10}(?=-${safe}{5}${endOfName})`), names: true },
  {
    kind: 'hash',
    pattern: new RegExp(`(?<=-hash"?[:=] ?"?)(?:[a-z0-9.-]+-)?(${safe}{7,10})${endOfName}`),
    names: true,
  },
  { kind: 'suffix', pattern: new RegExp(`(?<=[a-z0-9][-_])${safe}{5}${endOfName}`), names: true, authored: 'value' },
  { kind: 'suffix', pattern: new RegExp(`^-${safe}{5}${endOfName}`), names: true },
];

const addresses: Rule[] = [
  {
    kind: 'reversed pod address',
    pattern: new RegExp(`\\b${octet}\\.${octet}\\.244\\.10(?=\\.in-addr\\.arpa)`),
    names: true,
    normalForm: (original) => original.split('.').reverse().join('.'),
  },
  {
    kind: 'pod address with dashes',
    pattern: new RegExp(`\\b10-244-${octet}-${octet}(?=\\.)`),
    names: true,
    normalForm: (original) => original.replaceAll('-', '.'),
  },
  { kind: 'pod range', pattern: new RegExp(`\\b10\\.244\\.${octet}\\.0/24\\b`), names: true },
  {
    kind: 'pod address',
    pattern: new RegExp(`\\b10\\.244\\.${octet}\\.${octet}\\b(?!/)`),
    names: true,
    authored: 'value',
  },
  {
    kind: 'service address',
    pattern: new RegExp(`\\b${servicePrefix}${octet}\\.${octet}\\b(?!/)`),
    names: true,
    authored: 'value',
  },
  {
    // Names nothing, as the workers are alike. Of the ranges that Docker takes from its own pools, one after the other.
    kind: 'node address',
    pattern: new RegExp(`\\b(?:172\\.(?:1[6-9]|2\\d|3[01])|192\\.168)\\.${octet}\\.${octet}\\b(?!/)`),
    authored: 'value',
  },
  { kind: 'node port', pattern: /(?<=:)3[0-2]\d{3}(?=\/(?:TCP|UDP|SCTP))/, names: true, authored: 'value' },
  { kind: 'node port', pattern: /\bnodeport"?: +(?:\S+ +)?(3[0-2]\d{3})\b/i, names: true, authored: 'value' },
  {
    kind: 'local port',
    pattern: /(?<=\b(?:127\.0\.0\.1|localhost|\[::1\]):)\d{4,5}\b/,
    names: true,
    authored: 'value',
  },
  { kind: 'local port', pattern: /(?<=^:)[3-6]\d{4}\b/ },
];

const machine: Rule[] = [
  { kind: 'pointer', pattern: /\b0x[0-9a-f]{6,}\b/ },
  { kind: 'kernel', pattern: /(?<=\bkernel ?version: +)\S.*/i },
  { kind: 'system', pattern: /(?<=\bos ?image: +)\S.*/i },
  { kind: 'runtime', pattern: /\bcontainerd:\/\/\d[\w.+~-]*/ },
  { kind: 'architecture', pattern: /(?<=\barch(?:itecture)?"?[:=] *"?)(?:amd64|arm64)\b/i },
  { kind: 'architecture', pattern: /(?<=\blinux\/)(?:amd64|arm64)\b/ },
  { kind: 'go version', pattern: /\bgo1\.\d+(?:\.\d+)?\b/ },
  { kind: 'processors', pattern: /^ {2}cpu: +(\d+)$/m },
  { kind: 'memory', pattern: /\b\d{6,}Ki\b/, authored: 'value' },
  { kind: 'bytes', pattern: /^ {2}ephemeral-storage: +(\d+)$/m },
  { kind: 'share', pattern: /(?<=\()\d+(?=%\))/ },
  { kind: 'comparison', pattern: /\S*\/(?=(?:LIVE|MERGED)-\d+\/)/ },
  { kind: 'comparison', pattern: /(?<=\b(?:LIVE|MERGED)-)\d+/ },
];

/** In the order they are applied. */
export const rules: readonly Rule[] = [...paths, ...secrets, ...times, ...identities, ...addresses, ...machine];

/** Cells of these columns tell how long ago something was; kubectl words them, so any duration is as good as another. */
export const ageColumns = /^(?:AGE|Age|LAST SEEN|FIRST SEEN|DURATION|LAST SCHEDULE|LastSeen)$/;

/** Finds ages in such cells. */
export const age = new RegExp(duration);

/** Cells of these columns tell about the machine that a node runs on. */
export const machineColumns = /^(?:OS-IMAGE|KERNEL-VERSION|CONTAINER-RUNTIME)$/;
