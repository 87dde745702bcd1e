import type { FileSystem } from '../../storage/filesystem.ts';

/** A volume in place, ready to be mounted into containers. */
export interface MountedVolume {
  readonly files: FileSystem;
  /** The directory or file inside `files` that is the volume. */
  readonly root: string;
  /** Its content is the kubelet's: containers only read. */
  readonly readOnly: boolean;
  /** A tmpfs: what is in it never reaches the node's disk. */
  readonly inMemory?: boolean;
  /**
   * Present where the content is replaced as a whole when its source changes. What is mounted by a subPath stays as it
   * was, so it is mounted from a copy.
   */
  snapshot?(): FileSystem;
}

/** What went wrong with one volume, as it stands in the event. */
export class VolumeError extends Error {
  /**
   * @param stage how far it came: "unprocessed" where what the volume refers to is not there to be looked at, so that
   *   mounting was not even begun.
   */
  constructor(
    message: string,
    readonly stage: 'unprocessed' | 'MountVolume.NodeAffinity check' | 'MountVolume.SetUp' = 'MountVolume.SetUp',
  ) {
    super(message);
  }
}
