import { badRequest, requestEntityTooLarge } from '../../../kubernetes/errors.ts';
import { clone, equal, isObject, type JsonObject, set } from '../json.ts';
import { unprocessable } from './errors.ts';

const mostOperations = 10_000;
/** Bytes of JSON that copy operations may add together. */
const mostCopied = 3 * 1024 * 1024;

type Container = JsonObject | unknown[];

/**
 * RFC 6902 as the API server's library understands it, which is not quite what the RFC says: replacing a member that is
 * missing adds it, a missing member equals null, and indices may be negative.
 *
 * @returns a new object; `object` stays as it is.
 * @throws ApiError BadRequest for what is no patch, Invalid for one that does not apply.
 */
export function applyJsonPatch(object: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch) || !patch.every(isObject)) {
    const value = Array.isArray(patch) ? patch.find((item) => !isObject(item)) : patch;
    const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
    const target = Array.isArray(patch) ? 'handlers.jsonPatchOp' : '[]handlers.jsonPatchOp';
    throw badRequest(`error decoding patch: json: cannot unmarshal ${type} into Go value of type ${target}`);
  }
  if (patch.length > mostOperations) {
    throw requestEntityTooLarge(
      `The allowed maximum operations in a JSON patch is ${mostOperations}, got ${patch.length}`,
    );
  }
  const target = new Target(clone(object));
  for (const operation of patch) target.apply(operation);
  return target.root;
}

class Target {
  root: unknown;
  #copied = 0;

  constructor(root: unknown) {
    this.root = root;
  }

  apply(operation: JsonObject): void {
    const path = pointer(operation.path);
    const value = clone(operation.value ?? null);
    switch (operation.op) {
      case 'add':
        this.#add(path, value);
        break;
      case 'remove':
        this.#remove(path);
        break;
      case 'replace':
        this.#replace(path, value);
        break;
      case 'move': {
        const from = pointer(operation.from);
        const moved = this.#get(from);
        this.#remove(from);
        this.#add(path, moved);
        break;
      }
      case 'copy': {
        const copy = clone(this.#get(pointer(operation.from)));
        this.#copied += JSON.stringify(copy).length;
        if (this.#copied > mostCopied) throw unprocessable();
        this.#add(path, copy);
        break;
      }
      case 'test':
        if (!equal(path.length === 0 ? this.root : this.#get(path), value)) throw unprocessable();
        break;
      default:
        throw unprocessable();
    }
  }

  #get(path: readonly string[]): unknown {
    const { container, key } = this.#find(path);
    if (Array.isArray(container)) return container[index(key, container.length, container.length)];
    return Object.hasOwn(container, key) ? container[key] : null;
  }

  #add(path: readonly string[], value: unknown): void {
    const { container, key } = this.#find(path);
    if (Array.isArray(container)) {
      const { length } = container;
      container.splice(key === '-' ? length : index(key, length + 1, length + 1), 0, value);
    } else {
      set(container, key, value);
    }
  }

  #remove(path: readonly string[]): void {
    const { container, key } = this.#find(path);
    if (Array.isArray(container)) {
      container.splice(index(key, container.length, container.length), 1);
    } else {
      if (!Object.hasOwn(container, key)) throw unprocessable();
      delete container[key];
    }
  }

  #replace(path: readonly string[], value: unknown): void {
    if (path.length === 0) {
      // A value that cannot be a document is ignored.
      if (isContainer(value)) this.root = value;
      return;
    }
    const { container, key } = this.#find(path);
    if (Array.isArray(container)) container[index(key, container.length, container.length)] = value;
    else set(container, key, value);
  }

  /** The object or list that holds what the path leads to, and its name there. */
  #find(path: readonly string[]): { container: Container; key: string } {
    if (path.length === 0) throw unprocessable();
    let container = this.root;
    for (const step of path.slice(0, -1)) {
      if (Array.isArray(container)) container = container[index(step, container.length, container.length)];
      else container = isObject(container) && Object.hasOwn(container, step) ? container[step] : undefined;
    }
    if (!isContainer(container)) throw unprocessable();
    return { container, key: path.at(-1)! };
  }
}

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null;
}

/** RFC 6901; empty for the whole document. */
function pointer(text: unknown): string[] {
  if (typeof text !== 'string') throw unprocessable();
  const [start, ...steps] = text.split('/');
  if (steps.length === 0 && start === '') return [];
  // What stands before the first slash is ignored, but there has to be one.
  if (steps.length === 0) throw unprocessable();
  return steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** @param length what negative indices count from @param bound what the result stays below */
function index(step: string, length: number, bound: number): number {
  if (!/^[+-]?\d+$/.test(step)) throw unprocessable();
  const given = Number(step);
  const result = given < 0 ? given + length : given;
  if (result < 0 || result >= bound) throw unprocessable();
  return result;
}
