#!/usr/bin/env node
// `npm start` and `npm run -s ordinal -- …`: builds what is stale, then is the program.
import { buildStale } from './build.mjs';

await buildStale();
await import('../dist/ordinal.js');
