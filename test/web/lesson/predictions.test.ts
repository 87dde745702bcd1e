import { describe, expect, it } from 'vitest';
import { predictionView } from '../../../src/web/lesson/predictions.ts';

const settled = { choice: 'after', observed: 'kubia-1 was created 1.4 s later.' };

describe('predictions', () => {
  it('are open until chosen, then locked', () => {
    expect(predictionView(undefined).stage).toBe('open');
    expect(predictionView({ id: 'order' }).stage).toBe('open');
    expect(predictionView({ id: 'order', choice: 'after' })).toMatchObject({ stage: 'locked', mine: 'after' });
  });

  it('say whether the cluster did as predicted', () => {
    expect(predictionView({ id: 'order', choice: 'after', settled })).toMatchObject({
      stage: 'settled',
      cameTrue: 'after',
      heading: 'As you predicted:',
      text: settled.observed,
    });
    expect(predictionView({ id: 'order', choice: 'together', settled }).heading).toMatch(/something else/);
  });

  it('cannot be made once the cluster has settled them', () => {
    const view = predictionView({ id: 'order', settled });
    expect(view.stage).toBe('locked');
    expect(view.mine).toBeUndefined();
  });
});
