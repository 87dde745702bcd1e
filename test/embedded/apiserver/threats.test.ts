import { request } from 'node:http';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { until } from '../../until.ts';
import type { Asked, TestServer } from './http/support.ts';
import { configMap } from './http/support.ts';
import { createPod, startServer, TestSocket } from './streams/support.ts';

/** Attacks on the Kubernetes API's own port, each named for what the attacker does. */

let server: TestServer;
/** What a learner's session has: an account that may edit its own namespace. */
let learner: string;
const mine = '/api/v1/namespaces/mine';
const theirs = '/api/v1/namespaces/theirs';
const streams = ['exec?command=echo&stdout=1', 'attach?stdout=1', 'portforward?ports=80', 'log', 'proxy/'];

beforeAll(async () => {
  server = await startServer();
  const restricted = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  for (const name of ['mine', 'theirs']) {
    await post('/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels: name === 'mine' ? restricted : {} },
    });
  }
  await post(`${mine}/serviceaccounts`, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'learner' } });
  await post('/apis/rbac.authorization.k8s.io/v1/namespaces/mine/rolebindings', {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'learner' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'admin' },
    subjects: [{ kind: 'ServiceAccount', name: 'learner', namespace: 'mine' }],
  });
  const { json } = await post(`${mine}/serviceaccounts/learner/token`, {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { expirationSeconds: 3600 },
  });
  learner = json.status.token;
  await post(`${theirs}/secrets`, { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'answer' } });
  await createPod(server, 'web', { node: 'node-1' });
});
afterAll(() => server.stop());

async function post(path: string, body: object, token = 'admin') {
  return server.ask(path, { method: 'POST', body, token });
}

const ask = (path: string, options: Asked = {}) => server.ask(path, { token: learner, ...options });

describe('somebody on the network', () => {
  it('asks without a token: 401, whatever for, and 401 with a made-up one', async () => {
    for (const path of ['/api/v1/nodes', `${mine}/pods`, '/apis', '/openapi/v3', '/metrics', `${mine}/nope/x/y`]) {
      expect([(await server.ask(path, { token: null })).status, path]).toEqual([401, path]);
      expect((await server.ask(path, { token: 'guessed' })).status).toBe(401);
    }
  });

  it('opens a stream without a token: 401 before the upgrade', async () => {
    for (const stream of streams) {
      const opened = new WebSocket(`wss://127.0.0.1:${server.port}/api/v1/namespaces/default/pods/web/${stream}`, {
        ca: server.identity.ca,
      });
      const status = await new Promise((resolve) => {
        opened.on('unexpected-response', (_request, response) => resolve(response.statusCode));
        opened.on('open', () => resolve('open'));
        opened.on('error', () => {});
      });
      expect([status, stream]).toEqual([401, stream]);
    }
  });

  it('takes a token from a log of addresses: none is accepted from a query or a cookie', async () => {
    const get = (path: string, headers: Record<string, string> = {}) => server.ask(path, { token: null, headers });
    expect((await get('/api/v1/nodes?access_token=admin&token=admin')).status).toBe(401);
    expect((await get('/api/v1/nodes', { cookie: 'token=admin; access_token=admin' })).status).toBe(401);
  });

  it('forges, changes or strips the signature of an account’s token: 401', async () => {
    const [head, payload, signature] = learner.split('.') as [string, string, string];
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const admin = encode({ ...claims, sub: 'system:serviceaccount:kube-system:admin' });
    const none = encode({ alg: 'none', typ: 'JWT' });
    for (const token of [
      `${head}.${admin}.${signature}`,
      `${none}.${payload}.`,
      `${none}.${admin}.${signature}`,
      `${encode({ alg: 'HS256' })}.${payload}.${signature}`,
      `${head}.${payload}`,
      `${head}.${payload}.${signature.slice(0, -4)}AAAA`,
      '..',
      `${head}.${Buffer.from('__proto__').toString('base64url')}.${signature}`,
    ]) {
      expect((await server.ask(`${mine}/pods`, { token })).status).toBe(401);
    }
  });

  it('speaks HTTP without TLS: gets no answer', async () => {
    const outcome = await new Promise((resolve) => {
      const outgoing = request({ host: '127.0.0.1', port: server.port, path: '/version' }, ({ statusCode }) =>
        resolve(statusCode),
      );
      outgoing.on('error', () => resolve('refused'));
      outgoing.end();
    });
    expect(outcome).not.toBe(200);
  });
});

describe('a website in the learner’s browser', () => {
  it('points its own name here (DNS rebinding): 403 over HTTP and for streams, even with a token', async () => {
    for (const host of ['evil.test', 'evil.test:6443', 'localhost.evil.test', '127.0.0.1.evil.test', ' ']) {
      expect([(await server.get(`${mine}/pods`, { host })).status, host]).toEqual([403, host]);
    }
    const socket = connect({ host: '127.0.0.1', port: server.port, ca: server.identity.ca, servername: 'localhost' });
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.write(
      `GET /api/v1/namespaces/default/pods/web/${streams[0]} HTTP/1.1\r\nHost: evil.test\r\nAuthorization: Bearer admin\r\n` +
        'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
    );
    await until(() => answer.includes('\r\n\r\n'));
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
    socket.destroy();
  });

  it('claims another host in forwarding headers: they count for nothing', async () => {
    const headers = { host: 'evil.test', 'x-forwarded-host': 'localhost', forwarded: 'host=localhost' };
    expect((await server.get(`${mine}/pods`, headers)).status).toBe(403);
  });

  it('asks across origins: no answer lets it read anything', async () => {
    const headers = { origin: 'https://evil.test', 'access-control-request-method': 'POST' };
    for (const method of ['GET', 'OPTIONS']) {
      const answer = await server.ask('/version', { method, headers, token: null });
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
    expect((await server.ask(`${mine}/pods`, { method: 'OPTIONS', headers, token: null })).status).toBe(401);
  });

  it('posts a form, which needs no permission from the browser: 401 without a token', async () => {
    const headers = { 'content-type': 'text/plain' };
    const body = JSON.stringify(configMap('form'));
    expect((await server.ask(`${mine}/configmaps`, { method: 'POST', body, headers, token: null })).status).toBe(401);
  });
});

describe('a learner', () => {
  it('works in the namespace of the session', async () => {
    expect((await ask(`${mine}/pods`)).status).toBe(200);
    expect((await post(`${mine}/configmaps`, configMap('own'), learner)).status).toBe(201);
  });

  it('takes the token of the session to another’s namespace, or to the cluster: 403', async () => {
    for (const path of [
      `${theirs}/secrets/answer`,
      `${theirs}/pods`,
      '/api/v1/secrets',
      '/api/v1/nodes',
      '/api/v1/namespaces/kube-system/secrets',
      `${mine}/../theirs/secrets/answer`,
      `${mine}%2f..%2ftheirs/secrets`,
      '/metrics',
      '/api/v1/nodes/x/proxy/',
    ]) {
      expect([(await ask(path)).status, path]).toEqual([403, path]);
    }
    expect((await post(`${theirs}/pods`, {}, learner)).status).toBe(403);
    expect((await post('/api/v1/namespaces/default/pods/web/eviction', {}, learner)).status).toBe(403);
    await expect(
      TestSocket.open(server, `/api/v1/namespaces/default/pods/web/${streams[0]}`, [], learner),
    ).rejects.toThrow(/^403 /);
  });

  it('impersonates the administrator, in every header there is for it: 403', async () => {
    const impersonations: Record<string, string>[] = [
      { 'impersonate-user': 'kubernetes-admin' },
      { 'impersonate-user': 'x', 'impersonate-group': 'system:masters' },
      { 'impersonate-user': 'system:serviceaccount:kube-system:default' },
    ];
    for (const headers of impersonations) expect((await ask(`${theirs}/pods`, { headers })).status).toBe(403);
    // Without a user the rest means nothing.
    for (const name of ['impersonate-group', 'impersonate-uid', 'impersonate-extra-scopes']) {
      const { status } = await ask(`${theirs}/pods`, { headers: { [name]: 'system:masters' } });
      expect([400, 403]).toContain(status);
    }
  });

  it('gives itself more rights: 403 for roles that hold more than it may, and for binding to them', async () => {
    const rbac = '/apis/rbac.authorization.k8s.io/v1/namespaces/mine';
    const role = {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name: 'all' },
      rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }],
    };
    expect((await post(`${rbac}/roles`, role, learner)).status).toBe(403);
    const binding = {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: 'all' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ kind: 'ServiceAccount', name: 'learner', namespace: 'mine' }],
    };
    expect((await post(`${rbac}/rolebindings`, binding, learner)).status).toBe(403);
    const patched = await ask(`${rbac}/rolebindings/learner`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/merge-patch+json' },
      body: { subjects: [...binding.subjects, { kind: 'Group', apiGroup: 'rbac.authorization.k8s.io', name: 'x' }] },
    });
    // Of what it has itself it may give away.
    expect(patched.status).toBe(200);
    expect((await post(rbac.replace('/namespaces/mine', '/clusterrolebindings'), binding, learner)).status).toBe(403);
  });

  it('runs a privileged Pod, or one with the host’s files, network or processes: 403 by Pod Security', async () => {
    await post(`${mine}/serviceaccounts`, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } });
    const container = {
      name: 'c',
      image: 'busybox',
      securityContext: {
        allowPrivilegeEscalation: false,
        runAsNonRoot: true,
        capabilities: { drop: ['ALL'] },
        seccompProfile: { type: 'RuntimeDefault' },
      },
    };
    const pod = (spec: object) =>
      post(
        `${mine}/pods`,
        { apiVersion: 'v1', kind: 'Pod', metadata: { generateName: 'p-' }, spec: { containers: [container], ...spec } },
        learner,
      );
    expect((await pod({})).status).toBe(201);
    for (const spec of [
      { containers: [{ ...container, securityContext: { privileged: true } }] },
      { volumes: [{ name: 'host', hostPath: { path: '/' } }] },
      { hostNetwork: true },
      { hostPID: true },
      { containers: [{ ...container, securityContext: {} }] },
    ]) {
      const { status, json } = await pod(spec);
      expect([status, json.message]).toEqual([
        403,
        expect.stringContaining('violates PodSecurity "restricted:latest"'),
      ]);
    }
  });

  it('puts __proto__ and constructor into manifests and patches: they are names like any other', async () => {
    const path = `${mine}/configmaps`;
    const evil = '{"__proto__":{"polluted":"yes"},"constructor":{"prototype":{"polluted":"yes"}}}';
    const body = `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"evil","labels":${evil}},"data":${evil},"__proto__":{"polluted":1}}`;
    expect((await ask(path, { method: 'POST', body })).status).toBe(400);
    const named = `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"evil","annotations":{"constructor":"a"}},"data":{"__proto__":"b","constructor":"c"}}`;
    const { status, text } = await ask(path, { method: 'POST', body: named });
    expect(status).toBe(201);
    expect(text).toContain('"data":{"__proto__":"b","constructor":"c"}');
    expect((await ask(`${path}/evil`)).text).toBe(text);
    for (const [type, patch] of [
      ['application/merge-patch+json', `{"metadata":{"annotations":${evil}}}`],
      ['application/strategic-merge-patch+json', `{"__proto__":{"polluted":1},"data":{"__proto__":"x"}}`],
      ['application/json-patch+json', '[{"op":"add","path":"/__proto__/polluted","value":1}]'],
      ['application/json-patch+json', '[{"op":"add","path":"/constructor/prototype/polluted","value":1}]'],
      ['application/json-patch+json', '[{"op":"copy","from":"/metadata","path":"/data/__proto__"}]'],
      [
        'application/apply-patch+yaml',
        `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: evil}\n__proto__: {polluted: 1}\n`,
      ],
    ]) {
      const answer = await ask(`${path}/evil?fieldManager=x`, {
        method: 'PATCH',
        headers: { 'content-type': type! },
        body: patch,
      });
      expect(answer.status).toBeLessThan(500);
      expect('polluted' in {}).toBe(false);
    }
  });

  it('sends a giant frame into a stream: closed with 1009, others live', async () => {
    const path = '/api/v1/namespaces/default/pods/web/exec?command=cat&stdin=1&stdout=1';
    const other = await TestSocket.open(server, path, 'v5.channel.k8s.io');
    const code = await new Promise((resolve, reject) => {
      const socket = new WebSocket(`wss://127.0.0.1:${server.port}${path}`, 'v5.channel.k8s.io', {
        ca: server.identity.ca,
        headers: { authorization: 'Bearer admin' },
      });
      socket.on('open', () => socket.send(Buffer.alloc(9 * 1024 * 1024)));
      socket.on('close', resolve);
      socket.on('error', reject);
    });
    expect(code).toBe(1009);
    other.send(0, 'alive');
    await until(() => other.channel(1) === 'alive');
    other.close();
  });

  it('climbs out of the path by dots, escapes and zeros: 4xx, and nothing of the host', async () => {
    for (const path of [
      '/../../../../etc/passwd',
      '/openapi/v3/..%2f..%2f..%2fetc/passwd',
      '/api/v1/namespaces/mine/configmaps/..%2f..%2f..%2fetc%2fpasswd',
      '/api/v1/namespaces/mine/configmaps/%00',
      '/api/v1/namespaces/mine/configmaps/%5c..%5c',
    ]) {
      const { status, text } = await server.get(path);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
      expect(text).not.toContain('root:');
    }
  });

  it('asks what may be done: only what the session may', async () => {
    const { json } = await post(
      '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews',
      { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', spec: { namespace: 'theirs' } },
      learner,
    );
    const groups = json.status.resourceRules.flatMap(({ apiGroups }: { apiGroups: string[] }) => apiGroups);
    expect(new Set(groups)).toEqual(new Set(['authorization.k8s.io', 'authentication.k8s.io']));
  });
});

it('has no errors of its own', () => {
  expect(server.errors).toEqual([]);
});
