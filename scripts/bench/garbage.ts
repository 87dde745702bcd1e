import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
/** Collects this program's own garbage now, so that it is not collected while something is timed: that takes milliseconds. */
export const collectGarbage = runInNewContext('gc') as () => void;
