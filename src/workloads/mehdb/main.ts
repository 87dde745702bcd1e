import { runOnNode } from '../node-host.ts';
import { mehdb } from './mehdb.ts';

/** What the container image starts. */
await runOnNode({ mehdb });
