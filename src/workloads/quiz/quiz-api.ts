import type { Host } from '../host.ts';
import { type Answer, json, listener, messageOf, type Request, stopped } from '../http-server.ts';
import { isPlain } from '../mongodb/values.ts';
import { Questions } from './questions.ts';

const largestBody = 64 * 1024;
const defaultAddress = 'mongodb://127.0.0.1:27017';

/**
 * The quiz of the Kiada examples: questions from a database, and a place for the answers that people give. The database is
 * at --mongo-address, or what DB_CONNECTION says, or in the same Pod.
 */
export async function quizApi(host: Host): Promise<number> {
  const address = option(host, '--mongo-address') ?? host.env.DB_CONNECTION ?? defaultAddress;
  const port = Number((option(host, '--listen-address') ?? ':8080').split(':').at(-1));
  const questions = new Questions(host, address);
  const failed = (error: unknown, { method, url }: Request): Answer => {
    host.warn(`${method} ${url.pathname} failed: ${messageOf(error)}`);
    return { status: 500, body: `ERROR: ${messageOf(error)}\n` };
  };
  await host.listen(
    port,
    listener((request) => answer(host, questions, request), { largestBody, failed }),
  );
  host.log(`The quiz API is listening on port ${port}, with the database at ${address}.`);
  await stopped(host);
  host.log('The quiz API is shutting down.');
  return 0;
}

async function answer(host: Host, questions: Questions, request: Request): Promise<Answer> {
  const { method } = request;
  const path = request.url.pathname;
  const [, id, answers] = /^\/questions\/(\d{1,9}|random)(\/answers)?$/.exec(path) ?? [];
  if (method === 'GET' && path === '/') return { body: `This is the quiz service running in pod ${host.hostname}\n` };
  if (method === 'GET' && path === '/healthz/live') return { body: 'ok\n' };
  if (method === 'GET' && path === '/healthz/ready') {
    await questions.ready();
    return { body: 'Readiness check successful\n' };
  }
  if (method === 'GET' && id !== undefined && !answers) {
    const question = await (id === 'random' ? questions.randomQuestion() : questions.question(Number(id)));
    if (!question) return { status: 404, body: `ERROR: Question ${id} not found\n` };
    const { _id: _, ...fields } = question;
    return json(fields);
  }
  if (method === 'POST' && id !== undefined && id !== 'random' && answers)
    return respond(host, questions, Number(id), request);
  return { status: 404, body: '404 page not found\n' };
}

async function respond(host: Host, questions: Questions, questionId: number, request: Request): Promise<Answer> {
  const given = parsed((await request.body()).toString('utf8'));
  if (!isPlain(given) || typeof given.answerIndex !== 'number') {
    return { status: 400, body: 'ERROR: send {"questionId": NUMBER, "answerIndex": NUMBER}\n' };
  }
  if (given.questionId !== questionId)
    return { status: 400, body: "ERROR: questionId in payload doesn't match id in URL\n" };
  const question = await questions.question(questionId);
  if (!question) return { status: 404, body: `ERROR: Question ${questionId} not found\n` };
  const { correctAnswerIndex = null } = question;
  const { answerIndex } = given;
  const timestamp = new Date(host.now()).toISOString();
  const correct = answerIndex === correctAnswerIndex;
  await questions.answered({ timestamp: { $date: timestamp }, questionId, answerIndex, correct });
  host.log(`Stored an answer to question ${questionId}, which is ${correct ? 'right' : 'wrong'}.`);
  return json({ timestamp, questionId, answerIndex, correctAnswerIndex, correct });
}

function option({ args }: Host, name: string): string | undefined {
  const place = args.findIndex((word) => word === name || word.startsWith(`${name}=`));
  if (place < 0) return undefined;
  return args[place]!.includes('=') ? args[place]!.slice(name.length + 1) : args[place + 1];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
