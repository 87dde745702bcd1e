import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClusterProcess } from '../support/cluster-process.ts';
import { kubectlPath, withoutKubectl } from '../support/program.ts';
import { client, headless, pod, readyByFile, statefulSet } from './manifests.ts';
import { type Manifest, Playground } from './playground.ts';

const nothing = { status: 'NXDOMAIN', data: [] };

describe.skipIf(!kubectlPath)(`what people get wrong about names${withoutKubectl}`, () => {
  const cluster = new ClusterProcess();
  beforeAll(() => cluster.start());
  afterAll(() => cluster.remove());

  /** With a Pod to ask from, and everything ready. */
  async function place(name: string, ...objects: readonly Manifest[]): Promise<Playground> {
    const here = await Playground.make(cluster, name);
    await here.create(client, ...objects);
    await here.until('condition=Ready', 'pod', 'client');
    if (objects.some(({ kind }) => kind === 'StatefulSet')) await here.rolledOut('statefulset/web');
    return here;
  }

  const address = (here: Playground, name: string) => here.read(`pod ${name}`, '{.status.podIP}');
  /** Resolves once a Service's slices hold as many endpoints that may be used. */
  const serving = (here: Playground, service: string, count: number) =>
    here.until(
      `jsonpath={.endpoints[${count - 1}].conditions.ready}=true`,
      'endpointslice',
      '-l',
      `kubernetes.io/service-name=${service}`,
    );

  it('serviceName creates the Service: it does not, and the Pods have no names', async () => {
    const here = await place('no-service', statefulSet(1));
    expect(await here.names('services')).toEqual([]);
    expect(await here.dig('web-0.nginx')).toEqual(nothing);
    await here.create(headless());
    await serving(here, 'nginx', 1);
    expect((await here.dig('web-0.nginx')).data).toEqual([await address(here, 'web-0')]);
  });

  it("the Service's selector is cosmetic: without a match there are no endpoints and no names", async () => {
    const here = await place('selector', headless({ selector: { app: 'wbe' } }), statefulSet(1));
    const slices = ['-l', 'kubernetes.io/service-name=nginx'];
    await here.until('create', 'endpointslice', ...slices);
    expect(
      await here.kubectl('get', 'endpointslices', ...slices, '-o', 'jsonpath={.items[*].endpoints[*].addresses}'),
    ).toBe('');
    expect(await here.dig('web-0.nginx')).toEqual(nothing);
  });

  it('a Service can be patched to clusterIP None: it has to be made anew', async () => {
    const here = await Playground.make(cluster, 'cluster-ip');
    await here.create(headless({ clusterIP: undefined }));
    const { code, err } = await here.attempt(['patch', 'service', 'nginx', '-p', '{"spec":{"clusterIP":"None"}}']);
    expect(code).toBe(1);
    expect(err).toContain('may not change once set');
  });

  it('a headless Service maps port to targetPort: nobody does, and SRV tells the targetPort', async () => {
    const here = await place(
      'target-port',
      headless({ ports: [{ name: 'http', port: 8000, targetPort: 80 }] }),
      statefulSet(1, { container: { image: 'nginx', command: null } }),
    );
    await serving(here, 'nginx', 1);
    await here.create(pod('probe'));
    await here.until('condition=Ready', 'pod', 'probe');
    const get = (port: number) =>
      here.attempt(['exec', 'probe', '--', 'wget', '-q', '-O-', `http://web-0.nginx:${port}/`]);
    const [announced, served] = [await get(8000), await get(80)];
    expect(announced.code).toBe(1);
    expect(announced.err).toContain('Connection refused');
    expect(served.out).toContain('Welcome to nginx!');
    expect((await here.dig('_http._tcp.nginx', 'SRV')).data).toEqual([
      '0 100 80 web-0.nginx.target-port.svc.cluster.local.',
    ]);
  });

  it('the record exists once the Pod does, and SRV lists every peer: only those that are ready', async () => {
    const here = await place('readiness', headless());
    await here.create(statefulSet(2, { spec: { podManagementPolicy: 'Parallel' }, container: readyByFile }));
    await here.until('jsonpath={.status.phase}=Running', 'pod', 'web-0', 'web-1');
    expect(await here.dig('web-0.nginx')).toEqual(nothing);
    await here.sh('web-0', 'touch /tmp/ready');
    await here.until('condition=Ready', 'pod', 'web-0');
    await serving(here, 'nginx', 1);
    expect((await here.dig('web-0.nginx')).data).toEqual([await address(here, 'web-0')]);
    expect(await here.dig('web-1.nginx')).toEqual(nothing);
    const peers = async () => (await here.dig('_http._tcp.nginx', 'SRV')).data.map((data) => data.split(/[ .]/)[3]);
    expect(await peers()).toEqual(['web-0']);

    await here.kubectl('patch', 'service', 'nginx', '-p', '{"spec":{"publishNotReadyAddresses":true}}');
    await serving(here, 'nginx', 2);
    expect(await peers()).toEqual(['web-0', 'web-1']);
    expect((await here.dig('web-1.nginx')).data).toEqual([await address(here, 'web-1')]);
  });

  it('web-0 resolves by itself: it is web-0.nginx, and elsewhere the namespace belongs to it too', async () => {
    const here = await place('short-names', headless(), statefulSet(1));
    await serving(here, 'nginx', 1);
    const data = [await address(here, 'web-0')];
    expect(await here.dig('web-0')).toEqual(nothing);
    expect(await here.dig('web-0.nginx')).toEqual({ status: 'NOERROR', data });
    const elsewhere = await place('elsewhere');
    expect(await elsewhere.dig('web-0.nginx')).toEqual(nothing);
    expect(await elsewhere.dig('web-0.nginx.short-names')).toEqual({ status: 'NOERROR', data });
  });

  it('SRV needs no port name: there is _port._tcp for named ports alone', async () => {
    const here = await place('port-names', headless({ ports: [{ port: 80 }] }), statefulSet(1));
    await serving(here, 'nginx', 1);
    expect(await here.dig('_http._tcp.nginx', 'SRV')).toEqual(nothing);
    await here.kubectl('patch', 'service', 'nginx', '-p', '{"spec":{"ports":[{"port":80,"name":"http"}]}}');
    await here.until('jsonpath={.ports[0].name}=http', 'endpointslice', '-l', 'kubernetes.io/service-name=nginx');
    expect((await here.dig('_http._tcp.nginx', 'SRV')).data).toHaveLength(1);
  });

  it("any headless Service yields Pods' names: only the one that is their subdomain", async () => {
    const here = await place('subdomain', headless(), headless({}, 'other'), statefulSet(1));
    await Promise.all([serving(here, 'nginx', 1), serving(here, 'other', 1)]);
    const ip = await address(here, 'web-0');
    expect((await here.dig('web-0.nginx')).data).toEqual([ip]);
    expect(await here.dig('web-0.other')).toEqual(nothing);
    const dashed = `${ip.replaceAll('.', '-')}.other.subdomain.svc.cluster.local.`;
    expect((await here.dig('_http._tcp.other', 'SRV')).data).toEqual([`0 100 80 ${dashed}`]);
    expect((await here.dig(dashed)).data).toEqual([ip]);
  });

  it('the headless name reaches the primary: it is every Pod that is ready, and a label selects one', async () => {
    const here = await place(
      'primary',
      headless(),
      headless({ selector: { 'statefulset.kubernetes.io/pod-name': 'web-0' } }, 'primary'),
      statefulSet(2),
    );
    await Promise.all([serving(here, 'nginx', 2), serving(here, 'primary', 1)]);
    const addresses = [await address(here, 'web-0'), await address(here, 'web-1')];
    expect((await here.dig('nginx')).data).toEqual([...addresses].sort());
    expect((await here.dig('primary')).data).toEqual([addresses[0]]);
  });
});
