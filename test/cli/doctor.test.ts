import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { kubectlPath, ordinal, withoutKubectl } from '../integration/support/program.ts';

const folder = mkdtempSync(join(tmpdir(), 'ordinal-doctor-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('doctor', () => {
  it.skipIf(!kubectlPath)(`looks at everything, with a cluster that really starts${withoutKubectl}`, async () => {
    const env = { ...process.env, PATH: `${join(kubectlPath!, '..')}:${process.env.PATH}` };
    const { code, out } = await ordinal(['doctor', '--offline', '--data', folder], { env });
    for (const what of ['Node.js', 'data folder', 'memory', 'web', 'terminal', 'kubectl', 'curl', 'cluster']) {
      expect(out).toMatch(new RegExp(`^ok +${what}`, 'm'));
    }
    expect(out).toMatch(/cluster +Kubernetes v1\.33\.\d+, started in \d+ ms/);
    expect(code).toBe(0);
  });

  it('fails, and says what helps, where there is no kubectl and nothing may be fetched', async () => {
    const env = { ...process.env, PATH: '', XDG_CACHE_HOME: folder, LOCALAPPDATA: folder, HOME: folder };
    const { code, out, err } = await ordinal(['doctor', '--offline', '--data', folder], { env });
    expect(out).toMatch(/^PROBLEM +kubectl.*\n +\S/m);
    expect(out).toMatch(/^ok +curl +none on PATH: .* stand-in/m);
    expect(err).toContain('One thing is not well.');
    expect(code).toBe(1);
  });

  it('fails where the data folder cannot be one', async () => {
    const { code, out } = await ordinal(['doctor', '--offline', '--data', join(import.meta.filename, 'data')]);
    expect(out).toMatch(/^PROBLEM +data folder.*\n +.*--data/m);
    expect(code).toBe(1);
  });
});
