import { describe, expect, it } from 'vitest';
import { EventRecorder } from '../../../src/embedded/client/events.ts';
import { events } from '../../../src/embedded/client/refs.ts';
import { testClient } from './support.ts';

const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'kubia-0', namespace: 'default', uid: 'u', resourceVersion: '7' },
};

function recorder(options: object = {}) {
  const { client, test } = testClient();
  const recorder = new EventRecorder({ client, clock: test.clock, component: 'kubelet', host: 'worker', ...options });
  const list = async () => {
    await recorder.flush();
    return client.resource(events).list();
  };
  return { recorder, list, clock: test.clock, client };
}

describe('EventRecorder', () => {
  it('writes an Event as client-go does', async () => {
    const { recorder: events, list } = recorder();
    events.event(pod, 'Normal', 'Started', 'Started container kubia', { fieldPath: 'spec.containers{kubia}' });
    const [event] = await list();
    expect(event).toMatchObject({
      metadata: { namespace: 'default', name: expect.stringMatching(/^kubia-0\.[0-9a-f]{16}$/) },
      involvedObject: { kind: 'Pod', name: 'kubia-0', uid: 'u', fieldPath: 'spec.containers{kubia}' },
      type: 'Normal',
      reason: 'Started',
      count: 1,
      source: { component: 'kubelet', host: 'worker' },
      reportingComponent: 'kubelet',
      reportingInstance: 'worker',
      firstTimestamp: '2026-01-01T00:00:00Z',
      lastTimestamp: '2026-01-01T00:00:00Z',
    });
  });

  it('counts the same event up', async () => {
    const { recorder: events, list, clock } = recorder();
    for (let i = 0; i < 3; i++) {
      events.event(pod, 'Warning', 'BackOff', 'Back-off restarting failed container');
      await clock.advance(10_000);
    }
    expect(await list()).toMatchObject([{ count: 3, lastTimestamp: '2026-01-01T00:00:20Z' }]);
  });

  it('writes it anew where it has gone meanwhile', async () => {
    const { recorder: events, list, client } = recorder();
    events.event(pod, 'Normal', 'Pulled', 'x');
    const [first] = await list();
    await client.resource({ group: '', version: 'v1', plural: 'events' }).delete('default', first!.metadata.name);
    events.event(pod, 'Normal', 'Pulled', 'x');
    expect(await list()).toMatchObject([{ count: 2 }]);
  });

  it('combines what differs only in its message once there are many', async () => {
    const { recorder: events, list } = recorder();
    for (let i = 1; i <= 12; i++) events.event(pod, 'Warning', 'Unhealthy', `probe ${i}`);
    const written = await list();
    expect(written).toHaveLength(10);
    expect(written.at(-1)).toMatchObject({ message: '(combined from similar events): probe 12', count: 3 });
  });

  it('cuts off a flood about one object', async () => {
    const { recorder: events, list, clock } = recorder();
    for (let i = 0; i < 40; i++) events.event(pod, 'Normal', `Reason${i}`, 'x');
    expect(await list()).toHaveLength(25);
    await clock.advance(300_000);
    events.event(pod, 'Normal', 'Later', 'x');
    expect(await list()).toHaveLength(26);
  });

  it('counts repeats in a series where its component does so', async () => {
    const { recorder: events, list } = recorder({ component: 'default-scheduler', host: 'cp', series: true });
    events.event(pod, 'Warning', 'FailedScheduling', '0/3 nodes', { action: 'Scheduling' });
    events.event(pod, 'Warning', 'FailedScheduling', '1/3 nodes', { action: 'Scheduling' });
    expect(await list()).toMatchObject([
      {
        message: '0/3 nodes',
        action: 'Scheduling',
        eventTime: '2026-01-01T00:00:00.000000Z',
        reportingComponent: 'default-scheduler',
        reportingInstance: 'default-scheduler-cp',
        series: { count: 2 },
      },
    ]);
  });

  it('drops what cannot be written', async () => {
    const { client, test } = testClient(undefined, []);
    const events = new EventRecorder({ client, clock: test.clock, component: 'x' });
    events.event(pod, 'Normal', 'A', 'b');
    await events.flush();
    expect(test.store.list('events')).toEqual([]);
  });
});
