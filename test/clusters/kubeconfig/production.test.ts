import { describe, expect, it } from 'vitest';
import { looksLikeProduction } from '../../../src/clusters/kubeconfig/production.ts';

describe('a cluster looks like production', () => {
  it.each(['prod', 'eu-prod-1', 'acme_production', 'PROD', 'arn:aws:eks:eu:1:cluster/live', 'https://k8s.prd.acme.io'])(
    'by the name %s',
    (name) => expect(looksLikeProduction({ names: ['lab', name], nodes: 3 })).toBe(`it is called ${name}`),
  );

  it.each(['lab', 'kind-ordinal', 'product-demo', 'reproduce', 'alive', 'https://127.0.0.1:6443'])(
    'not by the name %s',
    (name) => expect(looksLikeProduction({ names: [name], nodes: 3 })).toBeUndefined(),
  );

  it('by its size', () => {
    expect(looksLikeProduction({ names: ['lab'], nodes: 20 })).toBeUndefined();
    expect(looksLikeProduction({ names: ['lab'], nodes: 21 })).toBe('it has 21 nodes');
  });
});
