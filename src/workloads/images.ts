/**
 * The example applications as container images: what the embedded cluster knows by name, and what `docker build` makes
 * for a real one. Nothing here touches the disk; image-context.ts does.
 */
export interface WorkloadImage {
  /** "ordinal/kubia" */
  readonly repository: string;
  readonly tag: string;
  /** Public images that it stands for in the embedded cluster, with the tags they have there besides "latest". */
  readonly standsFor: readonly { readonly repository: string; readonly tags: readonly string[] }[];
  /** Of a stand-in: the public image of what it stands in for, for nodes that can run it. */
  readonly real?: string;
  /** The entry of the build that holds its programs: src/workloads/BUNDLE/main.ts. */
  readonly bundle: string;
  /** Executables in /usr/local/bin, and the program of the bundle that each is. */
  readonly programs: Readonly<Record<string, string>>;
  /** Further executables in /usr/local/bin, written for sh. */
  readonly scripts?: Readonly<Record<string, string>>;
  readonly entrypoint: readonly string[];
  readonly command?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Where volumes are mounted: made in the image, and the user's. */
  readonly folders: readonly string[];
  readonly ports: readonly number[];
}

/** Nobody's root: the only account that the applications need. */
export const imageUser = { uid: 1000, gid: 1000, name: 'node' };
export const imagePath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
export const programFolder = '/usr/local/bin';

export const workloadImages: readonly WorkloadImage[] = [
  {
    repository: 'ordinal/kubia',
    tag: '1',
    standsFor: [
      { repository: 'luksa/kubia-pet', tags: ['1', 'v1'] },
      { repository: 'luksa/kubia', tags: ['1', 'v1'] },
    ],
    bundle: 'kubia',
    programs: { kubia: 'kubia' },
    entrypoint: ['kubia'],
    folders: ['/var/data'],
    ports: [8080],
  },
  {
    repository: 'ordinal/kubia',
    tag: '2',
    standsFor: [{ repository: 'luksa/kubia-pet-peers', tags: ['1', '2', 'v1', 'v2'] }],
    bundle: 'kubia',
    programs: { kubia: 'kubia-peers' },
    entrypoint: ['kubia'],
    folders: ['/var/data'],
    ports: [8080],
  },
  {
    repository: 'ordinal/mehdb',
    tag: '1',
    standsFor: [{ repository: 'quay.io/mhausenblas/mehdb', tags: ['0.5', '0.6'] }],
    bundle: 'mehdb',
    programs: { mehdb: 'mehdb' },
    entrypoint: ['mehdb'],
    folders: ['/mehdbdata', '/data'],
    ports: [9876],
  },
  {
    repository: 'ordinal/mysql',
    tag: '8',
    standsFor: [{ repository: 'mysql', tags: ['5', '5.7', '8', '8.0', '8.4', '9'] }],
    real: 'mysql:8',
    bundle: 'mysql',
    programs: { mysqld: 'mysqld', mysql: 'mysql', mysqladmin: 'mysqladmin', mysqldump: 'mysqldump' },
    // As in MySQL's own image: arguments that are options are the server's.
    scripts: { 'docker-entrypoint.sh': '#!/bin/sh\ncase "$1" in\n-*) set -- mysqld "$@" ;;\nesac\nexec "$@"\n' },
    entrypoint: ['docker-entrypoint.sh'],
    command: ['mysqld'],
    folders: ['/var/lib/mysql', '/etc/mysql/conf.d', '/docker-entrypoint-initdb.d'],
    ports: [3306],
  },
  {
    repository: 'ordinal/mongodb',
    tag: '5',
    standsFor: [{ repository: 'mongo', tags: ['5', '5.0', '6', '6.0', '7', '7.0', '8', '8.0'] }],
    real: 'mongo:5',
    bundle: 'mongodb',
    programs: { mongod: 'mongod', mongosh: 'mongosh' },
    // As the public image does it: options alone are the server's, and it is reachable unless told otherwise.
    scripts: {
      'docker-entrypoint.sh': `#!/bin/sh
case "$1" in -*) set -- mongod "$@" ;; esac
if [ "$1" = mongod ]; then
  case "$*" in *--bind_ip*) ;; *) set -- "$@" --bind_ip_all ;; esac
fi
exec "$@"
`,
    },
    entrypoint: ['docker-entrypoint.sh'],
    command: ['mongod'],
    folders: ['/data/db', '/data/configdb'],
    ports: [27_017],
  },
  {
    repository: 'ordinal/quiz-api',
    tag: '1',
    standsFor: [{ repository: 'luksa/quiz-api', tags: ['0.1', '0.2'] }],
    // It speaks to the stand-in as members of that speak to each other, which no MongoDB understands.
    real: 'luksa/quiz-api:0.1',
    bundle: 'quiz',
    programs: { 'quiz-api': 'quiz-api' },
    entrypoint: ['quiz-api'],
    folders: [],
    ports: [8080],
  },
];

/** Stand-ins by name, and what they stand in for. */
export const realImages: ReadonlyMap<string, string> = new Map(
  workloadImages.flatMap(({ repository, tag, real }) => (real ? [[`${repository}:${tag}`, real] as const] : [])),
);
