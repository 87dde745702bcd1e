/** A shell that knows a handful of commands by heart, enough to see and test a terminal. */

const prompt = '\x1b[32mlearner\x1b[0m:\x1b[34m~/01-first-statefulset\x1b[0m$ ';

/** @import { FakeCluster } from './cluster.mjs' */

export class FakeShell {
  screen = '';
  columns = 80;
  rows = 24;
  /** @type {number | undefined} */
  exitCode;
  exited = () => {};
  #line = '';

  /** @param {FakeCluster} cluster @param {(text: string) => void} output @param {(command: string) => void} ran */
  constructor(cluster, output, ran) {
    this.cluster = cluster;
    this.output = output;
    this.ran = ran;
    this.#print(prompt);
  }

  restart() {
    if (this.exitCode === undefined) return;
    this.exitCode = undefined;
    this.#print(`\r\n${prompt}`);
  }

  /** @param {string} data */
  input(data) {
    if (this.exitCode !== undefined) return;
    for (const character of data.replaceAll('\x1b[200~', '').replaceAll('\x1b[201~', '')) {
      if (character === '\r' || character === '\n') this.#run();
      else if (character === '\x7f') this.#erase();
      else if (character === '\x03') this.#interrupt();
      else if (character >= ' ') this.#type(character);
    }
  }

  #run() {
    const command = this.#line.trim();
    this.#line = '';
    this.#print('\r\n');
    if (command === 'exit') {
      this.#print('exit\r\n');
      this.exitCode = 0;
      this.exited();
      return;
    }
    for (const line of this.#answer(command)) this.#print(`${line}\r\n`);
    this.#print(prompt);
    if (command) this.ran(command);
  }

  /** @param {string} command @returns {string[]} */
  #answer(command) {
    const { cluster } = this;
    const scale = /^kubectl scale (?:sts|statefulset)[ /]kubia --replicas=(\d+)$/.exec(command);
    const gone = /^kubectl delete pod (\S+)$/.exec(command);
    if (command === '') return [];
    if (command === 'kubectl get nodes') {
      return [
        'NAME                    STATUS   ROLES           AGE   VERSION',
        'ordinal-control-plane   Ready    control-plane   61s   v1.33.0',
        'ordinal-worker          Ready    <none>          58s   v1.33.0',
        'ordinal-worker2         Ready    <none>          58s   v1.33.0',
      ];
    }
    if (command.startsWith('kubectl apply -f kubia.yaml')) {
      cluster.apply(2);
      return ['service/kubia created', 'statefulset.apps/kubia created'];
    }
    if (scale) {
      cluster.apply(Number(scale[1]));
      return ['statefulset.apps/kubia scaled'];
    }
    if (gone) {
      cluster.deletePod(gone[1] ?? '');
      return [`pod "${gone[1]}" deleted`];
    }
    if (command.startsWith('kubectl get pods')) return this.#pods();
    if (command === 'links') {
      return [
        'plain https://kubernetes.io/docs/ and \x1b]8;;https://example.org/elsewhere\x1b\\a hidden target\x1b]8;;\x1b\\',
        '\x1b]52;c;c3RvbGVu\x07\x1b]0;stolen title\x07done',
      ];
    }
    if (command === 'flood') return Array.from({ length: 3000 }, (_, line) => `line ${line} ${'x'.repeat(60)}`);
    return [`bash: ${command.split(' ')[0]}: command not found`];
  }

  #pods() {
    const pods = [...this.cluster.objects.values()].filter((object) => object.kind === 'Pod');
    if (pods.length === 0) return ['No resources found in learn-01 namespace.'];
    const rows = pods.map(
      (pod) => `${pod.metadata.name}   1/1     ${/** @type {{ phase: string }} */ (pod.status).phase}   0          12s`,
    );
    return ['NAME      READY   STATUS    RESTARTS   AGE', ...rows];
  }

  /** @param {string} character */
  #type(character) {
    this.#line += character;
    this.#print(character);
  }

  #erase() {
    if (this.#line === '') return;
    this.#line = this.#line.slice(0, -1);
    this.#print('\b \b');
  }

  #interrupt() {
    this.#line = '';
    this.#print(`^C\r\n${prompt}`);
  }

  /** @param {string} text */
  #print(text) {
    this.screen = (this.screen + text).slice(-20_000);
    this.output(text);
  }
}
