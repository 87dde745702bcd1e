import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writePrivateFile } from '../private-file.ts';

/**
 * What a data folder knows of the cluster it made: by this, and not by its name alone, a cluster is known to be ours.
 * It is written before anything is created, so that a creation that is interrupted at any point leaves a trace.
 */
const schema = z.object({
  name: z.string(),
  state: z.enum(['creating', 'made']),
  /** Of the kind that is creating it. */
  pid: z.number().optional(),
  network: z.string().optional(),
  /** By the node's name: its container, and the address it had. */
  nodes: z.record(z.string(), z.object({ id: z.string(), address: z.string() })),
  /** By the image's name: the ID that the nodes have. */
  images: z.record(z.string(), z.string()),
});

export type ClusterRecord = z.infer<typeof schema>;

const file = (folder: string) => join(folder, 'kind.json');

export function readRecord(folder: string): ClusterRecord | undefined {
  try {
    return schema.parse(JSON.parse(readFileSync(file(folder), 'utf8')));
  } catch {
    return undefined;
  }
}

export function writeRecord(folder: string, record: ClusterRecord): void {
  writePrivateFile(file(folder), `${JSON.stringify(record, null, 2)}\n`);
}

export function removeRecord(folder: string): void {
  rmSync(file(folder), { force: true });
}
