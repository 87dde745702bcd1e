import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../src/embedded/clock.ts';
import { programIn } from '../../../src/embedded/containers/images/image.ts';
import { systemImages } from '../../../src/embedded/containers/images/system.ts';
import { programTable } from '../../../src/embedded/containers/programs/table.ts';
import { ToolPool } from '../../../src/embedded/containers/tools/tool-pool.ts';
import { MemoryFileSystem } from '../../../src/embedded/storage/memory-filesystem.ts';

describe("the images of kind's own Pods", () => {
  const table = programTable(new ToolPool());

  it.each(systemImages.map((image) => [image.repositories[0], image] as const))('%s can be run', async (_, image) => {
    const files = new MemoryFileSystem(new ManualClock());
    await image.build(files);
    const [path] = image.config.entrypoint!;
    const content = await files.readFile(path!);
    expect(table.has(programIn(content)!)).toBe(true);
  });
});
