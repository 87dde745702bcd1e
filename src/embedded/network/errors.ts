export type NetworkErrorCode =
  | 'ECONNREFUSED'
  | 'ECONNRESET'
  | 'EHOSTUNREACH'
  | 'ETIMEDOUT'
  | 'EADDRINUSE'
  | 'ENOTFOUND'
  | 'EAI_AGAIN'
  | 'EPIPE'
  | 'EMSGSIZE'
  | 'EINVAL';

/** A failure of the network, with Node's codes and Node's wording. */
export class NetworkError extends Error {
  constructor(
    readonly code: NetworkErrorCode,
    readonly syscall: 'connect' | 'listen' | 'bind' | 'send' | 'read' | 'write' | 'getaddrinfo',
    readonly address: string,
    readonly port?: number,
  ) {
    super(`${syscall} ${code} ${address}${port === undefined ? '' : `:${port}`}`);
  }
}
