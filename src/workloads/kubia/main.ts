import { runOnNode } from '../node-host.ts';
import { kubia } from './kubia.ts';

/** What the container image starts. */
await runOnNode(kubia);
