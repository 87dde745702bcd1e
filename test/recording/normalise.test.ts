import { describe, expect, it } from 'vitest';
import { Normaliser } from '../../scripts/recording/normalise.ts';
import { scenarioOf } from './support.ts';

function normalise(output: string, files = ''): string {
  const segments = new Normaliser(scenarioOf('  - kubectl get pods', files)).segments(output);
  return segments.map((segment) => (typeof segment === 'string' ? segment : `<${segment.kind}>`)).join('');
}

describe('the normaliser', () => {
  it.each([
    ['uid: 5b3f4c1e-6a51-4b0e-9d0c-1f7a3c1f2b11', 'uid: <uid>'],
    ['resourceVersion: "4711"', 'resourceVersion: "<resource version>"'],
    ['the object has resourceVersion 4711', 'the object has resourceVersion 4711'],
    ['creationTimestamp: "2025-01-31T10:11:12Z"', 'creationTimestamp: "<time>"'],
    ['renewTime: "2025-01-31T10:11:12.123456Z"', 'renewTime: "<microtime>"'],
    ['Start Time:       Fri, 31 Jan 2025 10:11:12 +0000', 'Start Time:   <time>'],
    ['web-7d8f9c6b5d-2xkqz', 'web-<hash><suffix>'],
    ['pod-template-hash: 7d8f9c6b5d', 'pod-template-hash: <hash>'],
    ['controller-revision-hash=kubia-7d8f9c6b5d', 'controller-revision-hash=kubia-<hash>'],
    ['podIP: 10.244.1.7', 'podIP: <pod address>'],
    ['hostIP: 172.18.0.3', 'hostIP: <node address>'],
    ['hostIP: 192.168.0.4', 'hostIP: <node address>'],
    ['clusterIP: 10.96.14.200', 'clusterIP: <service address>'],
    ['clusterIP: 10.96.0.1', 'clusterIP: 10.96.0.1'],
    ['clusterIP: 10.96.0.10', 'clusterIP: 10.96.0.10'],
    ['10-244-1-7.kubia.example.svc', '<pod address with dashes>.kubia.example.svc'],
    ['7.1.244.10.in-addr.arpa', '<reversed pod address>.in-addr.arpa'],
    ['8080:31234/TCP', '8080:<node port>/TCP'],
    ['port: 30', 'port: 30'],
    [`containerID: containerd://${'ab'.repeat(32)}`, 'containerID: <container>'],
    ['Privileged:(*bool)(0x3b6c6a6e50c1)', 'Privileged:(*bool)(<pointer>)'],
  ])('turns %s into %s', (output, expected) => {
    expect(normalise(output)).toBe(expected);
  });

  it.each([
    'replicas: 3',
    'terminationGracePeriodSeconds: 30',
    'name: kubia-0',
    'image: registry.k8s.io/e2e-test-images/agnhost:2.53',
    'Liveness:  http-get http://:8080/healthz delay=0s timeout=1s period=10s #success=1 #failure=3',
    'statefulset.apps/kubia scaled',
    'exit code 137',
    'NodePort 80/TCP',
    'data-kubia-0',
    'web-server',
    'active-deadline: 600s',
  ])('leaves %s as it is', (output) => {
    expect(normalise(output)).toBe(output);
  });

  it('leaves what the author wrote', () => {
    const files =
      'files: {a.yaml: "uid: 5b3f4c1e-6a51-4b0e-9d0c-1f7a3c1f2b11, time: 2020-01-01T00:00:00Z, 10.96.7.7"}\n';
    for (const value of ['5b3f4c1e-6a51-4b0e-9d0c-1f7a3c1f2b11', '"2020-01-01T00:00:00Z"', '10.96.7.7']) {
      expect(normalise(`x: ${value}`, files)).toBe(`x: ${value}`);
    }
    expect(normalise('x: 10.96.7.71', files)).toBe('x: <service address>');
  });

  it('tells workers apart only where the scenario does', () => {
    expect(normalise('nodeName: ordinal-worker2')).toBe('nodeName: <worker>');
    expect(normalise('nodeName: ordinal-control-plane')).toBe('nodeName: ordinal-control-plane');
    expect(normalise('nodeName: ordinal-worker2', 'files: {a: ordinal-worker}\n')).toBe('nodeName: ordinal-worker2');
  });

  it('finds ages in their columns, and in rows without headers', () => {
    expect(normalise('NAME   AGE   NOTE\nweb    12s   12s\n')).toBe('NAME | AGE | NOTE\nweb | <age> | 12s\n');
    expect(normalise('web   1/1   Running   0   5s\n')).toBe('web   1/1   Running   0   <age>\n');
    expect(normalise('Active Deadline Seconds:   600s\n')).toBe('Active Deadline Seconds:   600s\n');
  });

  it('drops what kubectl says of streams that closed early', () => {
    const line = 'E0131 10:11:12.218741    4827 websocket.go:297] Unknown stream id 1, discarding message\n';
    expect(normalise(`${line}real\n`)).toBe('real\n');
  });

  it('drops the Event of a first probe that came before the container listened, and of no other', () => {
    const event = (said: string) => `Warning   Unhealthy   kubelet   1   Readiness probe failed: ${said}\n`;
    const refused = 'Get "http://10.244.1.7:8080/healthz": dial tcp 10.244.1.7:8080: connect: connection refused';
    expect(normalise(`${event(refused)}real\n`)).toBe('real\n');
    expect(normalise(event('HTTP probe failed with statuscode: 404'))).toContain('statuscode: 404');
  });

  it('keeps empty cells, and rows that begin with one', () => {
    expect(normalise('NAME   CLASS   PORT\nweb            80\n')).toBe('NAME | CLASS | PORT\nweb |  | 80\n');
  });
});
