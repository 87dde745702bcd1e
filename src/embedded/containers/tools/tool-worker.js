import { parentPort } from 'node:worker_threads';
import { Bash } from 'just-bash';

/**
 * Runs one text tool at a time (sed, awk, sort, jq, …) for simulated containers, in a worker thread: plain JavaScript,
 * because Node starts it as it is. Files are the container's: every access is a message to the thread that owns them.
 */

/** @typedef {import('./messages.ts').ToWorker} ToWorker */
/** @typedef {import('./messages.ts').FromWorker} FromWorker */
/** @typedef {{ resolve(value: unknown): void, reject(error: Error): void }} Waiting */

const port = /** @type {import('node:worker_threads').MessagePort} */ (parentPort);

/** @type {Map<number, Waiting>} */
const waiting = new Map();
let nextCall = 0;

/** @param {FromWorker} message */
const send = (message) => port.postMessage(message);

/**
 * @param {string} method
 * @param {unknown[]} parameters
 * @returns {Promise<any>}
 */
function call(method, ...parameters) {
  const id = nextCall++;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    send({ type: 'files', call: id, method, parameters });
  });
}

/** @param {string} base @param {string} path */
function resolvePath(base, path) {
  const parts = [];
  for (const part of (path.startsWith('/') ? path : `${base}/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** @param {import('../../storage/filesystem.ts').FileStat} stat */
function toStat(stat) {
  return {
    isFile: stat.type !== 'directory' && stat.type !== 'symlink',
    isDirectory: stat.type === 'directory',
    isSymbolicLink: stat.type === 'symlink',
    mode: stat.mode,
    size: stat.size,
    mtime: new Date(stat.mtime),
    ino: stat.inode,
  };
}

/** @param {string | Uint8Array} content @param {unknown} options */
function toBytes(content, options) {
  if (typeof content !== 'string') return content;
  const encoding =
    typeof options === 'string' ? options : /** @type {{ encoding?: string } | undefined} */ (options)?.encoding;
  return new Uint8Array(Buffer.from(content, encoding === 'binary' || encoding === 'latin1' ? 'latin1' : 'utf8'));
}

/** @type {import('just-bash').IFileSystem} */
const files = {
  async readFile(path, options) {
    const encoding = typeof options === 'string' ? options : options?.encoding;
    return Buffer.from(await call('readFile', path)).toString(
      encoding === 'binary' || encoding === 'latin1' ? 'latin1' : 'utf8',
    );
  },
  async readFileBuffer(path) {
    return call('readFile', path);
  },
  async writeFile(path, content, options) {
    await call('writeFile', path, toBytes(content, options), {});
  },
  async appendFile(path, content, options) {
    await call('writeFile', path, toBytes(content, options), { append: true });
  },
  async exists(path) {
    return call('stat', path).then(
      () => true,
      () => false,
    );
  },
  stat: async (path) => toStat(await call('stat', path)),
  lstat: async (path) => toStat(await call('lstat', path)),
  mkdir: (path, options) => call('mkdir', path, options),
  readdir: (path) => call('readdir', path),
  rm: (path, options) => call('rm', path, options),
  async cp(from, to) {
    await call('writeFile', to, await call('readFile', from), {});
  },
  mv: (from, to) => call('rename', from, to),
  resolvePath,
  getAllPaths: () => [],
  chmod: (path, mode) => call('chmod', path, mode),
  symlink: (target, path) => call('symlink', target, path),
  async link(from, to) {
    await call('writeFile', to, await call('readFile', from), {});
  },
  readlink: (path) => call('readlink', path),
  realpath: (path) => call('realpath', path),
  utimes: (path, _accessed, modified) => call('utimes', path, modified.getTime()),
};

const limits = {
  maxExecutionTimeMs: 30_000,
  maxOutputSize: 32 * 1024 * 1024,
  maxStringLength: 32 * 1024 * 1024,
  maxAwkIterations: 5_000_000,
  maxSedIterations: 5_000_000,
  maxJqIterations: 5_000_000,
  maxWorkUnits: 100_000_000,
};

/** @param {Extract<ToWorker, { type: 'run' }>} job */
async function run({ name, args, stdin, env, cwd }) {
  const bash = new Bash({ fs: files, env, cwd, executionLimits: limits });
  const result = await bash.exec(name, {
    args: [...args],
    env,
    replaceEnv: true,
    cwd,
    rawScript: true,
    stdin: Buffer.from(stdin).toString('latin1'),
    stdinKind: 'bytes',
  });
  const kind = /** @type {{ stdoutKind?: string }} */ (result).stdoutKind;
  return {
    stdout: new Uint8Array(Buffer.from(result.stdout, kind === 'bytes' ? 'latin1' : 'utf8')),
    stderr: new Uint8Array(Buffer.from(result.stderr, 'utf8')),
    exitCode: result.exitCode,
  };
}

port.on('message', async (/** @type {ToWorker} */ message) => {
  if (message.type === 'files') {
    const pending = waiting.get(message.call);
    waiting.delete(message.call);
    if ('error' in message) pending?.reject(Object.assign(new Error(message.error), { code: message.code }));
    else pending?.resolve(message.value);
    return;
  }
  try {
    send({ type: 'done', ...(await run(message)) });
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    send({
      type: 'done',
      stdout: new Uint8Array(0),
      stderr: new TextEncoder().encode(`${message.name}: ${text}\n`),
      exitCode: 1,
    });
  }
});
