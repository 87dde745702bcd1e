import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TestServer } from '../http/support.ts';
import { startServer } from './support.ts';

/** Which port of a Service a request through the proxy means: as ResourceLocation in Kubernetes' service storage. */

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
  const services = '/api/v1/namespaces/default/services';
  const service = (name: string, ports: object[]) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { selector: { app: name }, ports },
  });
  await server.post(services, service('named', [{ name: 'http', port: 8080 }]));
  await server.post(services, service('unnamed', [{ port: 80 }]));
  await server.post(services, service('empty', [{ port: 80 }]));
  for (const [name, port] of [
    ['named', { name: 'http', port: 8080 }],
    ['unnamed', { name: '', port: 80 }],
  ] as const) {
    await server.post('/apis/discovery.k8s.io/v1/namespaces/default/endpointslices', {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name, labels: { 'kubernetes.io/service-name': name } },
      addressType: 'IPv4',
      endpoints: [{ addresses: ['10.244.1.2'], conditions: { ready: true } }],
      ports: [port],
    });
  }
});
afterAll(() => server.stop());

async function refusal(target: string): Promise<string> {
  const { status, text } = await server.ask(`/api/v1/namespaces/default/services/${target}/proxy/`);
  expect(status).toBe(503);
  return (JSON.parse(text) as { message: string }).message;
}

it('is the one without a name where none is given', async () => {
  expect(await refusal('named')).toBe('no endpoints available for service "named"');
  expect(await refusal('unnamed')).not.toContain('no endpoints');
});

it('is found by its name or its number', async () => {
  expect(await refusal('named:http')).not.toContain('no endpoints');
  expect(await refusal('named:8080')).not.toContain('no endpoints');
  expect(await refusal('unnamed:80')).not.toContain('no endpoints');
});

it('is said not to be there, or to have nobody behind it', async () => {
  expect(await refusal('named:81')).toBe('no service port 81 found for service "named"');
  expect(await refusal('named:web')).toBe('no endpoints available for service "named:web"');
  expect(await refusal('empty:80')).toBe('no endpoints available for service "empty"');
});
