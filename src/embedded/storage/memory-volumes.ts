import type { Clock } from '../clock.ts';
import type { FileSystem, VolumeStore } from './filesystem.ts';
import { MemoryFileSystem } from './memory-filesystem.ts';

/** Volumes of a cluster that keeps nothing: they outlive Pods, not the process. */
export class MemoryVolumes implements VolumeStore {
  readonly #clock: Clock;
  readonly #volumes = new Map<string, FileSystem>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  open(id: string): FileSystem {
    let files = this.#volumes.get(id);
    if (!files) {
      files = new MemoryFileSystem(this.#clock, { capacity: volumeCapacity });
      this.#volumes.set(id, files);
    }
    return files;
  }

  async remove(id: string): Promise<void> {
    this.#volumes.delete(id);
  }

  list(): readonly string[] {
    return [...this.#volumes.keys()];
  }
}

/**
 * Bytes one volume may hold: a bound on what a runaway script can fill. It is not what the claim asked for, to which
 * local-path does not hold anybody either.
 */
export const volumeCapacity = 256 * 1024 * 1024;
