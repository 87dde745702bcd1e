/**
 * Formats of names, keys and values: k8s.io/apimachinery/pkg/util/validation. Each `is…` function returns what is wrong
 * with the value, in upstream's words; nothing when it is fine.
 */

const labelFormat = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomainFormat = `${labelFormat}(\\.${labelFormat})*`;
const label1035Format = '[a-z]([-a-z0-9]*[a-z0-9])?';
const qualifiedNameFormat = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const labelValueFormat = `(${qualifiedNameFormat})?`;
const wildcardFormat = `\\*\\.${subdomainFormat}`;
const underscoreLabel = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const cIdentifierFormat = '[A-Za-z_][A-Za-z0-9_]*';
const percentFormat = '[0-9]+%';
const httpHeaderFormat = '[-A-Za-z0-9]+';
const envVarFormat = '[-._a-zA-Z][-._a-zA-Z0-9]*';
const configKeyFormat = '[-._a-zA-Z0-9]+';
const httpPathFormat = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";

const label = anchored(labelFormat);
const subdomain = anchored(subdomainFormat);
const label1035 = anchored(label1035Format);
const qualifiedName = anchored(qualifiedNameFormat);
const labelValue = anchored(labelValueFormat);
const wildcard = anchored(wildcardFormat);
const subdomainWithUnderscore = anchored(`${underscoreLabel}(\\.${underscoreLabel})*`);
const cIdentifier = anchored(cIdentifierFormat);
const percent = anchored(percentFormat);
const httpHeader = anchored(httpHeaderFormat);
const envVar = anchored(envVarFormat);
const configKey = anchored(configKeyFormat);
const httpPath = anchored(httpPathFormat);

/** How long a label's value and the name part of its key may be. */
export const labelValueMaxLength = 63;
export const subdomainMaxLength = 253;
export const labelMaxLength = 63;

export function isDNS1123Label(value: string): string[] {
  const errors: string[] = [];
  if (byteLength(value) > labelMaxLength) errors.push(maxLengthError(labelMaxLength));
  if (!label.test(value)) {
    errors.push(
      subdomain.test(value)
        ? 'must not contain dots'
        : regexError(
            "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
            labelFormat,
            'my-name',
            '123-abc',
          ),
    );
  }
  return errors;
}

export function isDNS1123Subdomain(value: string): string[] {
  const errors: string[] = [];
  if (byteLength(value) > subdomainMaxLength) errors.push(maxLengthError(subdomainMaxLength));
  if (!subdomain.test(value)) {
    errors.push(
      regexError(
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
        subdomainFormat,
        'example.com',
      ),
    );
  }
  return errors;
}

export function isDNS1123SubdomainWithUnderscore(value: string): string[] {
  const errors: string[] = [];
  if (byteLength(value) > subdomainMaxLength) errors.push(maxLengthError(subdomainMaxLength));
  if (!subdomainWithUnderscore.test(value)) {
    errors.push(
      regexError(
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character",
        subdomainFormat,
        'example.com',
      ),
    );
  }
  return errors;
}

export function isDNS1035Label(value: string): string[] {
  const errors: string[] = [];
  if (byteLength(value) > labelMaxLength) errors.push(maxLengthError(labelMaxLength));
  if (!label1035.test(value)) {
    errors.push(
      regexError(
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
        label1035Format,
        'my-name',
        'abc-123',
      ),
    );
  }
  return errors;
}

/** "*.example.com". */
export function isWildcardDNS1123Subdomain(value: string): string[] {
  const errors: string[] = [];
  if (byteLength(value) > subdomainMaxLength) errors.push(maxLengthError(subdomainMaxLength));
  if (!wildcard.test(value)) {
    errors.push(
      regexError(
        "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
        wildcardFormat,
        '*.example.com',
      ),
    );
  }
  return errors;
}

/** A label's or annotation's key, a finalizer, a resource name: "[prefix/]name". */
export function isQualifiedName(value: string): string[] {
  const errors: string[] = [];
  const format = regexError(
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
    qualifiedNameFormat,
    'MyName',
    'my.name',
    '123-abc',
  );
  const parts = value.split('/');
  if (parts.length > 2) {
    return [`a qualified name ${format} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  const name = parts.at(-1)!;
  if (parts.length === 2) {
    const prefix = parts[0]!;
    if (prefix === '') errors.push(`prefix part ${emptyError}`);
    else errors.push(...isDNS1123Subdomain(prefix).map((message) => `prefix part ${message}`));
  }
  if (name === '') errors.push(`name part ${emptyError}`);
  else if (byteLength(name) > labelValueMaxLength) errors.push(`name part ${maxLengthError(labelValueMaxLength)}`);
  if (!qualifiedName.test(name)) errors.push(`name part ${format}`);
  return errors;
}

export function isValidLabelValue(value: string): string[] {
  const errors: string[] = [];
  if (byteLength(value) > labelValueMaxLength) errors.push(maxLengthError(labelValueMaxLength));
  if (!labelValue.test(value)) {
    errors.push(
      regexError(
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
        labelValueFormat,
        'MyValue',
        'my_value',
        '12345',
      ),
    );
  }
  return errors;
}

export function isCIdentifier(value: string): string[] {
  if (cIdentifier.test(value)) return [];
  return [
    regexError(
      "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'",
      cIdentifierFormat,
      'my_name',
      'MY_NAME',
      'MyName',
    ),
  ];
}

export function isInRange(value: number, minimum: number, maximum: number): string[] {
  return value >= minimum && value <= maximum ? [] : [`must be between ${minimum} and ${maximum}, inclusive`];
}

export function isValidPortNumber(port: number): string[] {
  return isInRange(port, 1, 65535);
}

/** User and group ids. */
export function isValidUnixId(id: number): string[] {
  return isInRange(id, 0, 2 ** 31 - 1);
}

/** The name of a container's or Service's port, after RFC 6335. */
export function isValidPortName(port: string): string[] {
  const errors: string[] = [];
  if (byteLength(port) > 15) errors.push(maxLengthError(15));
  if (!/^[-a-z0-9]+$/.test(port)) {
    errors.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  }
  if (!/[a-z]/.test(port)) errors.push('must contain at least one letter (a-z)');
  if (port.includes('--')) errors.push('must not contain consecutive hyphens');
  if (port.startsWith('-') || port.endsWith('-')) errors.push('must not begin or end with a hyphen');
  return errors;
}

export function isValidPercent(value: string): string[] {
  if (percent.test(value)) return [];
  return [
    regexError("a valid percent string must be a numeric string followed by an ending '%'", percentFormat, '1%', '93%'),
  ];
}

export function isHTTPHeaderName(value: string): string[] {
  if (httpHeader.test(value)) return [];
  return [
    regexError("a valid HTTP header must consist of alphanumeric characters or '-'", httpHeaderFormat, 'X-Header-Name'),
  ];
}

/** The strict form; what 1.33 accepts by default is isRelaxedEnvVarName. */
export function isEnvVarName(value: string): string[] {
  const errors: string[] = [];
  if (!envVar.test(value)) {
    errors.push(
      regexError(
        "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit",
        envVarFormat,
        'my.env-name',
        'MY_ENV.NAME',
        'MyEnvName1',
      ),
    );
  }
  return [...errors, ...parentDirectoryErrors(value)];
}

export function isRelaxedEnvVarName(value: string): string[] {
  const errors: string[] = [];
  if (value === '') errors.push(`environment variable name ${emptyError}`);
  if (!/^[\x20-\x3c\x3e-\x7e]*$/.test(value)) {
    errors.push("a valid environment variable name must consist only of printable ASCII characters other than '='");
  }
  return errors;
}

/** A key of a ConfigMap or Secret. */
export function isConfigMapKey(value: string): string[] {
  const errors: string[] = [];
  if (byteLength(value) > subdomainMaxLength) errors.push(maxLengthError(subdomainMaxLength));
  if (!configKey.test(value)) {
    errors.push(
      regexError(
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
        configKeyFormat,
        'key.name',
        'KEY_NAME',
        'key-name',
      ),
    );
  }
  return [...errors, ...parentDirectoryErrors(value)];
}

/** The part after the first slash of "acme.io/foo", as IsDomainPrefixedPath checks it. */
export function isHTTPPath(value: string): string[] {
  return httpPath.test(value) ? [] : [regexError('Invalid path', httpPathFormat)];
}

/** Checks an object's name; with `prefix` something will be appended to it (generateName). */
export type ValidateName = (name: string, prefix: boolean) => string[];

export const nameIsDNSSubdomain: ValidateName = (name, prefix) =>
  isDNS1123Subdomain(prefix ? maskTrailingDash(name) : name);
export const nameIsDNSLabel: ValidateName = (name, prefix) => isDNS1123Label(prefix ? maskTrailingDash(name) : name);
export const nameIsDNS1035Label: ValidateName = (name, prefix) =>
  isDNS1035Label(prefix ? maskTrailingDash(name) : name);

/** What may stand as one segment of a path: names of RBAC objects. */
export const nameIsPathSegment: ValidateName = (name, prefix) => {
  if (prefix) return ['/', '%'].filter((character) => name.includes(character)).map(mayNotContain);
  if (name === '.' || name === '..') return [`may not be '${name}'`];
  return ['/', '%'].filter((character) => name.includes(character)).map(mayNotContain);
};

export const emptyError = 'must be non-empty';

export function maxLengthError(length: number): string {
  return `must be no more than ${length} characters`;
}

export function regexError(message: string, format: string, ...examples: string[]): string {
  const regex = `regex used for validation is '${format}')`;
  if (examples.length === 0) return `${message} (${regex}`;
  return `${message} (e.g. ${examples.map((example) => `'${example}', `).join(' or ')}${regex}`;
}

/** In bytes of UTF-8, as Go counts. */
export function byteLength(value: string): number {
  let length = value.length;
  for (let index = 0; index < value.length; index++) {
    const code = value.charCodeAt(index);
    // Each half of a surrogate pair counts two of the pair's four bytes.
    if (code > 0x7f) length += code > 0x7ff && (code < 0xd800 || code > 0xdfff) ? 2 : 1;
  }
  return length;
}

function mayNotContain(character: string): string {
  return `may not contain '${character}'`;
}

function parentDirectoryErrors(value: string): string[] {
  if (value === '.' || value === '..') return [`must not be '${value}'`];
  return value.startsWith('..') ? ["must not start with '..'"] : [];
}

/** As upstream does it, the character before the dash goes too: "a.-" counts as "aa". */
function maskTrailingDash(name: string): string {
  return name.length > 1 && name.endsWith('-') ? `${name.slice(0, -2)}a` : name;
}

function anchored(format: string): RegExp {
  return new RegExp(`^${format}$`);
}
