import { runOnNode } from '../node-host.ts';
import { quizApi } from './quiz-api.ts';

/** What the container image starts. */
await runOnNode({ 'quiz-api': quizApi });
