import { describe, expect, it } from 'vitest';
import { quizApi } from '../../src/workloads/quiz/quiz-api.ts';
import { ReplicaSet } from './mongodb/replica-set.ts';

const question = { id: 1, text: 'What does k8s mean?', answers: ['Kates', 'Kubernetes'], correctAnswerIndex: 1 };

/** The API beside each member, as in one Pod. */
function serve(set: ReplicaSet, pod: string): void {
  set.host(pod).process({}).run(quizApi);
}

function ask(set: ReplicaSet, pod: string, path: string, body?: unknown) {
  const client = set.world.hosts.get('client') ?? set.world.host('client');
  const options = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  return set.world.settle(client.fetch(`http://${pod}:8080${path}`, options));
}

describe('the quiz API', () => {
  it('is alive without a database, and ready when the set has a primary', async () => {
    const set = await ReplicaSet.started();
    for (const pod of ['quiz-0', 'quiz-2']) serve(set, pod);
    expect((await ask(set, 'quiz-2', '/healthz/live')).status).toBe(200);
    expect((await ask(set, 'quiz-2', '/')).text).toBe('This is the quiz service running in pod quiz-2\n');
    const before = await ask(set, 'quiz-2', '/healthz/ready');
    expect(before).toMatchObject({ status: 500, text: expect.stringContaining('no primary was found in the set') });
    await set.ask('quiz-0', { replSetInitiate: set.config() });
    await set.primary();
    await set.settled();
    expect((await ask(set, 'quiz-2', '/healthz/ready')).status).toBe(200);
    expect((await ask(set, 'quiz-0', '/healthz/ready')).status).toBe(200);
  });

  it('asks questions and keeps answers, also beside a secondary and after a failover', async () => {
    const set = await ReplicaSet.initiated();
    serve(set, 'quiz-1');
    expect((await ask(set, 'quiz-1', '/questions/random')).status).toBe(404);
    await set.ask('quiz-0', { insert: [question] });
    expect(JSON.parse((await ask(set, 'quiz-1', '/questions/random')).text)).toEqual(question);
    expect(JSON.parse((await ask(set, 'quiz-1', '/questions/1')).text)).toEqual(question);
    const answer = await ask(set, 'quiz-1', '/questions/1/answers', { questionId: 1, answerIndex: 1 });
    expect(JSON.parse(answer.text)).toMatchObject({ correct: true, correctAnswerIndex: 1 });
    await set.host('quiz-0').terminate();
    const wrong = await ask(set, 'quiz-1', '/questions/1/answers', { questionId: 1, answerIndex: 0 });
    expect(JSON.parse(wrong.text)).toMatchObject({ correct: false });
    const { documents } = await set.ask(
      await set.primary(['quiz-1', 'quiz-2']),
      { find: {} },
      { collection: 'responses' },
    );
    expect(documents).toHaveLength(2);
  });

  it.each([
    ['/questions/1/answers', { questionId: 2, answerIndex: 0 }, 400],
    ['/questions/1/answers', 'x', 400],
    ['/questions/7/answers', { questionId: 7, answerIndex: 0 }, 404],
    ['/questions/x', undefined, 404],
  ])('answers %s %j with %i', async (path, body, status) => {
    const set = await ReplicaSet.initiated();
    serve(set, 'quiz-0');
    expect((await ask(set, 'quiz-0', path, body)).status).toBe(status);
  });
});
