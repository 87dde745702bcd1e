import { runOnNode } from '../node-host.ts';
import { mongod } from './mongod.ts';
import { mongosh } from './shell/mongosh.ts';

/** What the container image has: the server and its shell. */
await runOnNode({ mongod, mongosh });
