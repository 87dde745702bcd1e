import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  horizontalpodautoscaler,
  horizontalpodautoscalerV1,
} from '../../../../src/embedded/apiserver/resources/horizontalpodautoscaler.ts';
import type { HorizontalPodAutoscaler, HorizontalPodAutoscalerV1 } from '../../../../src/kubernetes/objects.ts';
import { describeRecorded } from './recorded.ts';

describeRecorded(horizontalpodautoscaler);
describeRecorded(horizontalpodautoscalerV1, { recording: 'horizontalpodautoscalers_v1' });

describe('the two versions of one autoscaler', () => {
  /** The same object, read from a 1.33.13 cluster in either version. */
  const file = new URL('./recordings/autoscaler-versions.json', import.meta.url);
  const { v1, v2 } = JSON.parse(readFileSync(file, 'utf8')) as {
    v1: HorizontalPodAutoscalerV1;
    v2: HorizontalPodAutoscaler;
  };
  const { toStorage, fromStorage } = horizontalpodautoscalerV1.storedAs!;
  const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;

  it('keeps in annotations what v1 has no field for', () => {
    expect(plain(fromStorage(v2))).toEqual(v1);
  });

  it('reads the annotations back, the CPU after the other metrics', () => {
    const [cpu, ...others] = v2.spec.metrics!;
    expect(plain(toStorage(v1))).toEqual({ ...v2, spec: { ...v2.spec, metrics: [...others, cpu] } });
  });

  it('passes over annotations that hold something else', () => {
    const annotations = {
      keep: 'me',
      'autoscaling.alpha.kubernetes.io/metrics': '[{"type":"Pods","pods":{"metricName":7}}]',
      'autoscaling.alpha.kubernetes.io/behavior': '[]',
      'autoscaling.alpha.kubernetes.io/conditions': '"none"',
      'autoscaling.alpha.kubernetes.io/current-metrics': '{',
    };
    const stored = toStorage({ ...v1, metadata: { ...v1.metadata, annotations } }) as HorizontalPodAutoscaler;
    expect(stored.metadata.annotations).toEqual({ keep: 'me' });
    expect(stored.spec.metrics).toEqual([v2.spec.metrics![0]]);
    expect(stored.spec.behavior).toBeUndefined();
    expect(stored.status?.conditions).toBeUndefined();
  });

  it('shows the same columns', () => {
    const cells = (definition: typeof horizontalpodautoscaler, object: unknown) =>
      definition.columns.map(({ value }) => value(object as HorizontalPodAutoscaler, 0));
    // The order of the metrics differs.
    expect(cells(horizontalpodautoscalerV1, v1).toSpliced(1, 1)).toEqual(
      cells(horizontalpodautoscaler, v2).toSpliced(1, 1),
    );
  });
});
