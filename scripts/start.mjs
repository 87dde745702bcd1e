#!/usr/bin/env node
// `npm start` and `npm run -s ordinal -- …`: builds what is stale, then is the program.
import { buildStale } from './build.mjs';

await buildStale();
await import(new URL('../dist/ordinal.js', import.meta.url).href);
