import { request } from 'node:https';
import type { TestServer } from '../http/support.ts';
import type { FuzzRequest } from './generate.ts';

export interface FuzzAnswer {
  readonly status: number;
  readonly text: string;
}

/** Milliseconds within which every request must have begun to be answered: far more than any needs. */
const patience = 20_000;

/** Sends a request. What goes on for ever, as watches do, is broken off once it has begun. */
export function send(server: TestServer, { method, path, headers, body }: FuzzRequest): Promise<FuzzAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({
      host: '127.0.0.1',
      port: server.port,
      path,
      method,
      agent: server.agent,
      headers: {
        authorization: 'Bearer admin',
        ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }),
        ...headers,
      },
    });
    const late = setTimeout(() => outgoing.destroy(new Error(`no answer within ${patience} ms`)), patience);
    outgoing.on('error', (error) => {
      clearTimeout(late);
      reject(error);
    });
    outgoing.on('response', (response) => {
      const status = response.statusCode ?? 0;
      let text = '';
      const done = () => {
        clearTimeout(late);
        resolve({ status, text });
      };
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', done);
      response.on('error', done);
      if (status === 200 && path.includes('watch')) {
        done();
        outgoing.destroy();
      }
    });
    outgoing.end(body);
  });
}
