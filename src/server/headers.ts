/** Headers of every answer: what a page may load, who may frame it, and that nothing about it leaks elsewhere. */
export const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    // xterm.js makes style elements for its colours and sizes.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** For a lesson's picture: an SVG opened by itself is a document, and is to run nothing. */
export const assetPolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox";
