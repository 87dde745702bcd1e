import type { Process, Program } from '../process/process.ts';
import { serveHttp, signalled } from './http-server.ts';

/** The programs of kind's own Pods. The cluster does their work itself: they say that they run, and answer probes. */

interface Service {
  /** What it logs once it has begun. */
  readonly log: readonly string[];
  /** Ports, and the paths that are answered there with "OK". */
  readonly ports?: Readonly<Record<number, readonly string[]>>;
}

const services: Readonly<Record<string, Service>> = {
  coredns: {
    log: ['.:53', 'CoreDNS-1.12.0', 'linux/amd64, go1.23.3, 51e11f1'],
    ports: { 8080: ['/health'], 8181: ['/ready'] },
  },
  etcd: { log: ['{"level":"info","msg":"ready to serve client requests"}'] },
  'kube-apiserver': { log: ['Serving securely on [::]:6443'] },
  'kube-controller-manager': { log: ['Serving securely on 127.0.0.1:10257'] },
  'kube-scheduler': { log: ['Serving securely on 127.0.0.1:10259'] },
  'kube-proxy': { log: ['"Using iptables Proxier"'] },
  kindnetd: { log: ['kindnetd IP family: "ipv4"'] },
  'local-path-provisioner': { log: ['Provisioner started'] },
  'local-path-helper': { log: [] },
};

/** Each by the name that image files carry: `service:coredns`. */
export const systemServices: ReadonlyMap<string, Program> = new Map(
  Object.entries(services).map(([name, service]) => [`service:${name}`, (process) => run(process, service)]),
);

async function run(process: Process, { log, ports = {} }: Service): Promise<number> {
  const stopped = signalled(process, 'SIGTERM', 'SIGINT', 'SIGQUIT');
  for (const [port, paths] of Object.entries(ports)) {
    await serveHttp(process, Number(port), ({ url = '' }, response) => {
      const known = paths.includes(url.replace(/\?.*$/, ''));
      response.writeHead(known ? 200 : 404, { 'Content-Type': 'text/plain; charset=utf-8' });
      response.end(known ? 'OK' : '404 page not found\n');
    });
  }
  for (const line of log) await process.print(`${line}\n`);
  await process.block(stopped);
  return 0;
}
