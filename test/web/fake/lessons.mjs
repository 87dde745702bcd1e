/**
 * A catalogue and one lesson as the server would send them, for developing and testing the interface alone.
 *
 * @import { Catalogue, LessonPage, LessonSummary } from '../../../src/protocol/lesson.ts'
 */

/** @type {readonly (readonly [string, string, string, number])[]} */
const titles = [
  [
    '01-first-statefulset',
    'Your first StatefulSet',
    'Two Pods with names and disks of their own, and what stays when one of them goes.',
    20,
  ],
  [
    '02-why-not-a-deployment',
    'Why not a Deployment',
    'One shared claim, and what it takes to give every replica its own.',
    18,
  ],
  ['03-identity', 'Pets and cattle', 'Names, ordinals, hostnames and labels: what makes a Pod the same Pod.', 15],
  [
    '04-headless-services',
    'Headless Services',
    'A record per Pod, ports by name, and names that resolve only when ready.',
    22,
  ],
  [
    '05-finding-peers',
    'Finding peers by SRV',
    'An application that discovers its members, and a port nobody listens on.',
    20,
  ],
  [
    '06-storage',
    'Where the data lives',
    'Provisioning, access modes, and a claim that stays Pending until you repair it.',
    25,
  ],
  [
    '07-scaling-and-claims',
    'Scaling and claims',
    'Scale down, find the data, scale up; and both retention policies.',
    18,
  ],
  ['08-order', 'One after the other', 'OrderedReady and Parallel, and a Pod that never becomes ready.', 16],
  ['09-mehdb', 'A leader and its followers', 'Writes redirected, data replicated, a follower lost and back.', 25],
  ['10-quiz', 'A replica set', 'Initiate, elect, connect by SRV and look inside.', 25],
  [
    '11-mysql',
    'Copying from the previous ordinal',
    'One primary, replicas by ordinal, init containers that clone.',
    25,
  ],
  ['12-updating', 'Updating in reverse', 'Partitions, a bad image that blocks, and the way back.', 22],
  ['13-at-most-one', 'At most one', 'A lost node, why nothing is replaced, and how data splits in two.', 25],
  ['14-exam', 'Six broken clusters', 'Timed, with nothing but kubectl.', 60],
];

const objectives = [
  'run a StatefulSet with a headless Service and a claim per Pod',
  'read and write through one particular Pod',
  'delete a Pod and find its name and its data again',
  'scale down and up, and say what became of the claims',
];

/**
 * @param {{ count?: number, started?: boolean, troubled?: boolean }} options
 * @returns {Catalogue}
 */
export function catalogue({ count = 14, started = true, troubled = true } = {}) {
  return {
    product: { version: '0.1.0' },
    provider: { name: 'embedded', description: 'a Kubernetes control plane and three simulated nodes in this process' },
    lessons: titles.slice(0, count).map(([id, title, summary, minutes], index) => {
      /** @type {LessonSummary} */
      const lesson = {
        id,
        title,
        summary,
        minutes,
        objectives,
        steps: 7,
        stepsPassed: 0,
        started: false,
        missing: [],
        problems: [],
      };
      if (started && index === 0 && count > 1) return { ...lesson, started: true, stepsPassed: 7 };
      if (started && index === (count > 1 ? 1 : 0)) return { ...lesson, started: true, stepsPassed: 3 };
      if (troubled && index === 12) return { ...lesson, missing: ['node-failure'] };
      if (troubled && index === 10) {
        return {
          ...lesson,
          problems: ['checks.yaml:14:7: task `clone` has no check; add one of object, dns, http, exec, terminal'],
        };
      }
      return lesson;
    }),
  };
}

/** @param {string} text */
const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/** @param {string} text @param {string} attributes */
const command = (text, attributes = '') =>
  `<figure class="command" data-command="${escaped(text)}" ${attributes}><pre class="shiki"><code>${text
    .split('\n')
    .map((line) => line.replace(/^(\S+)/, '<span style="--shiki-light:#6f42c1;--shiki-dark:#b392f0">$1</span>'))
    .join('\n')}</code></pre></figure>`;

/** @param {string} name @param {string} text */
const file = (name, text) =>
  `<figure class="file" data-file="${name}"><pre class="shiki"><code>${escaped(text)
    .split('\n')
    .map((line) =>
      line.replace(
        /^(\s*-?\s*)([\w.]+)(:)( .*)?$/,
        '$1<span style="--shiki-light:#116329;--shiki-dark:#7ee787">$2</span>$3<span style="--shiki-light:#0a3069;--shiki-dark:#a5d6ff">$4</span>',
      ),
    )
    .join('\n')}</code></pre></figure>`;

/** @param {string} id @param {string} question @param {readonly (readonly [string, string])[]} options */
const predict = (id, question, options) =>
  `<fieldset class="predict" data-predict="${id}"><legend>${question}</legend>${options
    .map(([value, words]) => `<label><input type="radio" value="${value}"> <span>${words}</span></label>`)
    .join('')}</fieldset>`;

const manifest = `apiVersion: v1
kind: Service
metadata:
  name: kubia
spec:
  clusterIP: None
  selector:
    app: kubia
  ports:
  - name: http
    port: 8080
---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: kubia
spec:
  serviceName: kubia
  replicas: 2
  selector:
    matchLabels:
      app: kubia
  template:
    metadata:
      labels:
        app: kubia
    spec:
      containers:
      - name: kubia
        image: ordinal/kubia:1
        ports:
        - name: http
          containerPort: 8080
        volumeMounts:
        - name: data
          mountPath: /var/data
  volumeClaimTemplates:
  - metadata:
      name: data
    spec:
      accessModes: [ReadWriteOnce]
      resources:
        requests:
          storage: 1Mi`;

/** @type {LessonPage} */
export const page = {
  id: '01-first-statefulset',
  title: 'Your first StatefulSet',
  summary: titles[0]?.[2] ?? '',
  minutes: 20,
  objectives,
  namespace: 'learn-01',
  next: { id: '02-why-not-a-deployment', title: 'Why not a Deployment' },
  steps: [
    {
      id: 'look-around',
      title: 'Look around',
      tasks: [{ id: 'nodes', title: 'List the nodes of the cluster', hints: 1 }],
      html: `<p>Beside this text you have a terminal with the real <code>kubectl</code>, and below it a picture of what is in the cluster. Nothing of yours is there yet.</p>
        <p>Click a command to run it, or type it yourself. Both are the same to the cluster.</p>
        ${command('kubectl get nodes')}
        <p>Three nodes: one runs the control plane, two are there for your Pods. Each has disks of its own, and that will matter soon.</p>
        <aside class="note"><p>Your work happens in the namespace <code>learn-01</code>; <code>kubectl</code> is set to it already.</p></aside>`,
    },
    {
      id: 'create',
      title: 'Create a Service and a StatefulSet',
      tasks: [
        { id: 'service', title: 'The headless Service `kubia` exists', hints: 2 },
        { id: 'ready', title: 'Both Pods of the StatefulSet `kubia` are ready', hints: 3 },
        { id: 'order', title: '`kubia-1` was created only after `kubia-0` was ready', hints: 1 },
      ],
      html: `<p>A StatefulSet needs a <strong>governing Service</strong>: a headless one, that is, one without an address of its own. It gives each Pod a name in DNS. The StatefulSet itself then has a Pod template, as a Deployment does, and something a Deployment lacks: a template for <em>claims</em>.</p>
        ${file('kubia.yaml', manifest)}
        ${predict('order', 'Two replicas are asked for. When will the second Pod be created?', [
          ['together', 'Together with the first'],
          ['after', 'As soon as the first is ready'],
          ['random', 'It varies from run to run'],
        ])}
        <p>Write the file, then send it to the cluster and watch.</p>
        ${command('kubectl apply -f kubia.yaml')}
        ${command('kubectl get pods -l app=kubia --watch', 'data-terminal="2" data-background')}
        <p>Compare the names with those of a Deployment’s Pods:</p>
        <table><thead><tr><th>Controller</th><th>Pod name</th><th>After its deletion</th></tr></thead><tbody><tr><td>Deployment</td><td><code>web-7c5ddbdf54-x2x9p</code></td><td>another random name</td></tr><tr><td>StatefulSet</td><td><code>kubia-0</code></td><td><code>kubia-0</code></td></tr></tbody></table>
        <details class="hint"><summary>It stays Pending?</summary><p>Ask the Pod: <code>kubectl describe pod kubia-0</code> ends with its events.</p></details>
        <details class="deeper"><summary>Deeper: why is the Service headless?</summary><p>A Service with an address spreads connections over its Pods. Clients of a database want one particular Pod. Without an address DNS answers with the Pods’ own, one name for each: <code>kubia-0.kubia</code>.</p></details>
        <p>Read more: <a href="https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/">StatefulSets in the Kubernetes documentation</a>.</p>`,
    },
    {
      id: 'storage',
      title: 'See what was made for each Pod',
      tasks: [{ id: 'claims', title: 'Look at the claims', hints: 0 }],
      html: `<p>Two Pods, and for each of them a claim named after it.</p>${command('kubectl get persistentvolumeclaims')}${command('kubectl get statefulset kubia -o jsonpath=\'{.spec.volumeClaimTemplates[*].metadata.name}{"\\n"}\'')}`,
    },
    {
      id: 'write',
      title: 'Give one Pod something to remember',
      tasks: [
        { id: 'post', title: '`kubia-0` has stored a greeting', hints: 3 },
        { id: 'empty', title: '`kubia-1` has not', hints: 0 },
      ],
      html: `<p>The API server can carry a request to one particular Pod. <code>kubectl proxy</code> signs you in.</p>
        ${command('kubectl proxy', 'data-terminal="2" data-background')}
        ${command('curl -X POST -d "Hey there" \\\n  localhost:8001/api/v1/namespaces/learn-01/pods/kubia-0/proxy/')}
        ${command('curl localhost:8001/api/v1/namespaces/learn-01/pods/kubia-7/proxy/', 'data-expect-failure')}`,
    },
    {
      id: 'delete',
      title: 'Delete the Pod',
      tasks: [{ id: 'same', title: 'A new `kubia-0` with another UID uses the old claim', hints: 2 }],
      html: `${predict('identity', 'You delete <code>kubia-0</code>. What comes back?', [
        ['nothing', 'Nothing, until you create it again'],
        ['other', 'A Pod with the next free number, <code>kubia-2</code>'],
        ['same', 'A Pod with the same name, the same claim and another UID'],
      ])}${command('kubectl delete pod kubia-0')}`,
    },
    {
      id: 'scale',
      title: 'Scale down, and up again',
      tasks: [
        { id: 'down', title: 'Only `kubia-0` is left', hints: 1 },
        { id: 'kept', title: 'The claim of `kubia-1` is still there', hints: 1 },
      ],
      html: `<p>Scaling down removes the highest ordinal first.</p>${command('kubectl scale statefulset kubia --replicas=1')}${command('kubectl scale statefulset kubia --replicas=3')}`,
    },
    {
      id: 'know',
      title: 'What you now know',
      tasks: [],
      html: `<p>A StatefulSet keeps <strong>slots</strong>, not Pods. A slot is a name, a place in DNS and a claim; Pods come and go in it.</p><ul><li>Names are stable, addresses are not.</li><li>Claims outlive Pods, and scaling down.</li><li>Order is part of the promise.</li></ul><p><img alt="" src="/lessons/01-first-statefulset/assets/slots.svg" width="1" height="1"></p>`,
    },
  ],
};
