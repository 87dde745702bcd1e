import { runOnNode } from '../node-host.ts';
import { kubia } from './kubia.ts';
import { kubiaPeers } from './peers.ts';

/** What the container images start: the first argument is the version. */
await runOnNode({ kubia, 'kubia-peers': kubiaPeers });
