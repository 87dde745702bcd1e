import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Collects this program's own garbage now, so that it is not collected while something is timed: that takes milliseconds. */
export function collectGarbage(): void {
  collect();
}
