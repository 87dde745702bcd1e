import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Playground } from '../misconceptions/playground.ts';
import { ClusterProcess } from '../support/cluster-process.ts';
import { kubectlPath, withoutKubectl } from '../support/program.ts';

/**
 * An introduction to StatefulSets by the example of Kiada's quiz, its commands one after the other. Its manifests are
 * fragments. What has to be repaired:
 * - The Service's port is indented less than `ports`: no YAML.
 * - The StatefulSet has `spec` indented below `podManagementPolicy: Parallel`: no YAML. It has no name, no `replicas`, no
 *   selector and no labels that it could select, `template` is left out, and the container `quiz-api` has no image.
 * - Its commands are run with `sudo`, which kubectl does not need.
 * What it says that is not so:
 * - The volume `db-data` with the claim `db-data`: the StatefulSet puts a volume of its own in its place. It can be left out.
 * - `kubectl get pod -o wide` prints one line. The manifest that is shown comes with `-o yaml`.
 * - Each Pod is made and then its claim: it is the other way round.
 * - Pods of several nodes cannot use one volume: with ReadWriteOnce. The access mode decides.
 * - The connection string `mongodb+srv://NAME` is all that is needed: it switches TLS on, so `tls=false` belongs to it where
 *   the servers speak none; and nobody can connect before the replica set has been initiated, of which there is no word.
 */
describe.skipIf(!kubectlPath)(`the quiz, as it is taught elsewhere${withoutKubectl}`, () => {
  const cluster = new ClusterProcess();
  let here: Playground;
  beforeAll(async () => {
    await cluster.start();
    here = await Playground.make(cluster, 'kiada');
  });
  afterAll(() => cluster.remove());

  const mongosh = (pod: string, ...args: readonly string[]) =>
    here.attempt(['exec', pod, '-c', 'mongo', '--', 'mongosh', '--quiet', ...args]);
  const domain = 'quiz-pods.kiada.svc.cluster.local';

  it('has fragments that are no YAML', async () => {
    for (const fragment of [serviceFragment, statefulSetFragment]) {
      const { code, err } = await here.attempt(['apply', '-f', '-'], { input: fragment });
      expect(code).toBe(1);
      expect(err).toContain('error converting YAML to JSON');
    }
  });

  it('has a governing Service without an address, which names Pods that are not ready', async () => {
    expect(await here.apply(service)).toBe('service/quiz-pods created\n');
    expect(await here.read('service quiz-pods', '{.spec.clusterIP} {.spec.publishNotReadyAddresses}')).toBe(
      'None true',
    );
  });

  it('makes all Pods at once, and with each a claim of its own', async () => {
    expect(await here.apply(statefulSet)).toBe('statefulset.apps/quiz created\n');
    expect(await here.kubectl('rollout', 'status', 'sts', 'quiz', '--timeout=60s')).toContain('roll');
    expect(await here.kubectl('get', 'sts')).toMatch(/^NAME +READY +AGE\nquiz +3\/3 +\S+\n$/);
    expect(await here.names('pods')).toEqual(['quiz-0', 'quiz-1', 'quiz-2']);
    expect(await here.names('pvc', '-l', 'app=quiz')).toEqual(['db-data-quiz-0', 'db-data-quiz-1', 'db-data-quiz-2']);
  });

  it('is described with its claims and what was made', async () => {
    const text = await here.kubectl('describe', 'sts', 'quiz');
    expect(text).toMatch(/^Replicas: +3 desired \| 3 total$/m);
    expect(text).toMatch(/Volume Claims:\n +Name: +db-data\n/);
    expect(text).toContain('create Claim db-data-quiz-0 Pod quiz-0 in StatefulSet quiz success');
    expect(text).toContain('create Pod quiz-2 in StatefulSet quiz successful');
  });

  it('shows one line with -o wide, and with -o yaml the labels, the owner and the claim', async () => {
    expect(await here.kubectl('get', 'pod', 'quiz-0', '-o', 'wide', '--no-headers')).toMatch(/^quiz-0 +2\/2 .*\n$/);
    const yaml = await here.kubectl('get', 'pod', 'quiz-0', '-o', 'yaml');
    for (const line of [
      /^ {4}app: quiz$/m,
      /^ {4}controller-revision-hash: quiz-\w+$/m,
      /^ {4}statefulset\.kubernetes\.io\/pod-name: quiz-0$/m,
      /^ {4}ver: "0\.1"$/m,
      /^ {2}- apiVersion: apps\/v1\n {4}blockOwnerDeletion: true\n {4}controller: true\n {4}kind: StatefulSet\n {4}name: quiz$/m,
      /^ {2}- name: db-data\n {4}persistentVolumeClaim:\n {6}claimName: db-data-quiz-0$/m,
    ]) {
      expect(yaml).toMatch(line);
    }
  });

  it('can be reached one Pod at a time: by its name, and by a Service that selects it', async () => {
    await here.apply(client);
    await here.until('condition=Ready', 'pod', 'client');
    const address = await here.read('pod quiz-0', '{.status.podIP}');
    expect((await here.dig(`quiz-0.${domain}`)).data).toEqual([address]);
    await here.kubectl('create', 'service', 'clusterip', 'first', '--tcp=27017');
    await here.kubectl('set', 'selector', 'service', 'first', 'statefulset.kubernetes.io/pod-name=quiz-0');
    const slices = ['endpointslice', '-l', 'kubernetes.io/service-name=first'];
    await here.until(`jsonpath={.endpoints[0].addresses[0]}=${address}`, ...slices);
  });

  it('has its members in SRV records, and a TXT record that is not there', async () => {
    expect((await here.dig(`_mongodb._tcp.${domain}`, 'SRV')).data).toEqual(
      [0, 1, 2].map((ordinal) => `0 33 27017 quiz-${ordinal}.${domain}.`),
    );
    expect(await here.dig(domain, 'TXT')).toEqual({ status: 'NOERROR', data: [] });
  });

  it('takes no writes before the replica set is initiated, and then by whatever way leads to the primary', async () => {
    expect((await mongosh('quiz-0', '--eval', 'rs.status()')).err).toContain('no replset config has been received');
    const members = [0, 1, 2].map((id) => ({ _id: id, host: `quiz-${id}.${domain}:27017` }));
    const initiate = await mongosh('quiz-0', '--eval', `rs.initiate(${JSON.stringify({ _id: 'quiz', members })})`);
    expect(initiate.out).toContain('ok: 1');
    const question = { id: 1, text: 'What does k8s mean?', answers: ['Kates', 'Kubernetes'], correctAnswerIndex: 1 };
    const insert = ['--eval', `db.questions.insertOne(${JSON.stringify(question)})`];
    const encrypted = await mongosh('quiz-2', `mongodb+srv://${domain}/kiada`, ...insert);
    expect(encrypted.err).toContain('before secure TLS connection was established');
    const { code, err } = await mongosh('quiz-2', `mongodb+srv://${domain}/kiada?tls=false`, ...insert);
    expect(`${code}${err}`).toBe('0');
    for (const pod of ['quiz-0', 'quiz-1', 'quiz-2']) {
      const api = `/api/v1/namespaces/kiada/pods/${pod}:8080/proxy/questions/random`;
      expect(JSON.parse(await here.kubectl('get', '--raw', api))).toEqual(question);
    }
  });

  it('gives a Pod that is made anew the name and the claim of the one before', async () => {
    const claim = await here.read('pvc db-data-quiz-0', '{.metadata.uid}');
    await here.kubectl('delete', 'pod', 'quiz-0');
    await here.rolledOut('statefulset/quiz');
    await here.until('condition=Ready', 'pod', 'quiz-0');
    expect(await here.read('pvc db-data-quiz-0', '{.metadata.uid}')).toBe(claim);
    const count = await mongosh('quiz-0', 'kiada', '--eval', 'db.questions.countDocuments()');
    expect(count.out).toBe('1\n');
  });

  it('keeps the claims of replicas that are given up', async () => {
    await here.kubectl('scale', 'sts', 'quiz', '--replicas=2');
    await here.until('delete', 'pod', 'quiz-2');
    expect(await here.names('pvc')).toEqual(['db-data-quiz-0', 'db-data-quiz-1', 'db-data-quiz-2']);
  });
});

const serviceFragment = `apiVersion: v1
kind: Service
metadata:
  name: quiz-pods
spec:
  clusterIP: None
  publishNotReadyAddresses: true
  selector:
    app: quiz
  ports:
- name: mongodb
  port: 27017
`;

const service = serviceFragment.replace('- name: mongodb\n  port', '  - name: mongodb\n    port');

const container = `      - name: mongo
        image: mongo:5
        command:
        - mongod
        - --bind_ip
        - 0.0.0.0
        - --replSet
        - quiz
        volumeMounts:
        - name: db-data
          mountPath: /data/db
      volumes:
      - name: db-data
        persistentVolumeClaim:
          claimName: db-data
  volumeClaimTemplates:
  - metadata:
      name: db-data
      labels:
        app: quiz
    spec:
      resources:
        requests:
          storage: 1Gi
      accessModes:
      - ReadWriteOnce
`;

const statefulSetFragment = `apiVersion: apps/v1
kind: StatefulSet
metadata:
spec:
  serviceName: quiz-pods
  podManagementPolicy: Parallel
    spec:
      containers:
      - name: quiz-api
        # Add your container specification here
${container}`;

const statefulSet = `apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: quiz
spec:
  serviceName: quiz-pods
  podManagementPolicy: Parallel
  replicas: 3
  selector:
    matchLabels:
      app: quiz
  template:
    metadata:
      labels:
        app: quiz
        ver: "0.1"
    spec:
      containers:
      - name: quiz-api
        image: luksa/quiz-api:0.1
        ports:
        - name: http
          containerPort: 8080
${container}`;

const client = `apiVersion: v1
kind: Pod
metadata:
  name: client
spec:
  terminationGracePeriodSeconds: 1
  containers:
  - name: main
    image: tutum/dnsutils
    command: [sleep, infinity]
`;
