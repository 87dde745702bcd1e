import type { IntOrString } from '../../../kubernetes/int-or-string.ts';
import { isHTTPHeaderName, isValidPortName, isValidPortNumber } from '../../../kubernetes/names.ts';
import type { Container, LifecycleHandler, Probe } from '../../../kubernetes/objects.ts';
import { type FieldError, forbidden, invalid, invalidEach, notSupported, required } from './field.ts';
import { validateNonnegative } from './object-meta.ts';

/** Probes and lifecycle hooks (pkg/apis/core/validation). */

type Probed = Pick<Container, 'lifecycle' | 'livenessProbe' | 'readinessProbe' | 'startupProbe'>;

/** @param gracePeriod the Pod's, in seconds; a preStop hook may not sleep longer */
export function validateProbesAndHooks(
  { lifecycle, livenessProbe, readinessProbe, startupProbe }: Probed,
  gracePeriod: number | undefined,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (lifecycle?.postStart) {
    errors.push(...validateHandler(lifecycle.postStart, gracePeriod, `${path}.lifecycle.postStart`));
  }
  if (lifecycle?.preStop) {
    errors.push(...validateHandler(lifecycle.preStop, gracePeriod, `${path}.lifecycle.preStop`));
  }
  if (livenessProbe) errors.push(...validateOnceSuccessful(livenessProbe, `${path}.livenessProbe`));
  if (readinessProbe) {
    errors.push(...validateProbe(readinessProbe, `${path}.readinessProbe`));
    const { terminationGracePeriodSeconds: seconds } = readinessProbe;
    if (seconds !== undefined) {
      const at = `${path}.readinessProbe.terminationGracePeriodSeconds`;
      errors.push(invalid(at, seconds, 'must not be set for readinessProbes'));
    }
  }
  if (startupProbe) errors.push(...validateOnceSuccessful(startupProbe, `${path}.startupProbe`));
  return errors;
}

/** Liveness and startup: one success is enough. */
function validateOnceSuccessful(probe: Probe, path: string): FieldError[] {
  const errors = validateProbe(probe, path);
  if (probe.successThreshold !== 1) {
    errors.push(invalid(`${path}.successThreshold`, probe.successThreshold ?? 0, 'must be 1'));
  }
  return errors;
}

function validateProbe(probe: Probe, path: string): FieldError[] {
  const errors = validateHandler(probe, undefined, path);
  errors.push(
    ...validateNonnegative(probe.initialDelaySeconds, `${path}.initialDelaySeconds`),
    ...validateNonnegative(probe.timeoutSeconds, `${path}.timeoutSeconds`),
    ...validateNonnegative(probe.periodSeconds, `${path}.periodSeconds`),
    ...validateNonnegative(probe.successThreshold, `${path}.successThreshold`),
    ...validateNonnegative(probe.failureThreshold, `${path}.failureThreshold`),
  );
  const { terminationGracePeriodSeconds: seconds } = probe;
  if (seconds !== undefined && seconds <= 0) {
    errors.push(invalid(`${path}.terminationGracePeriodSeconds`, seconds, 'must be greater than 0'));
  }
  return errors;
}

type Handler = Pick<LifecycleHandler, 'exec' | 'httpGet' | 'tcpSocket' | 'sleep'> & Pick<Probe, 'grpc'>;

function validateHandler(handler: Handler, gracePeriod: number | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  let count = 0;
  const only = <T>(name: keyof Handler, action: T | undefined, validate: (action: T, at: string) => FieldError[]) => {
    if (!action) return;
    const at = `${path}.${name}`;
    errors.push(...(count++ > 0 ? [forbidden(at, 'may not specify more than 1 handler type')] : validate(action, at)));
  };
  only('exec', handler.exec, ({ command }, at) => (command?.length ? [] : [required(`${at}.command`)]));
  only('httpGet', handler.httpGet, validateHTTPGet);
  only('tcpSocket', handler.tcpSocket, ({ port }, at) => validatePortNumberOrName(port, `${at}.port`));
  only('grpc', handler.grpc, ({ port }, at) => validatePortNumberOrName(port, `${at}.port`));
  only('sleep', handler.sleep, ({ seconds = 0 }, at) => {
    if (gracePeriod === undefined || (seconds >= 0 && seconds <= gracePeriod)) return [];
    const detail = `must be non-negative and less than terminationGracePeriodSeconds (${gracePeriod})`;
    return [invalid(at, seconds, detail)];
  });
  if (count === 0) errors.push(required(path, 'must specify a handler type'));
  return errors;
}

function validateHTTPGet(action: NonNullable<LifecycleHandler['httpGet']>, path: string): FieldError[] {
  const errors = action.path ? [] : [required(`${path}.path`)];
  errors.push(...validatePortNumberOrName(action.port, `${path}.port`));
  if (action.scheme !== 'HTTP' && action.scheme !== 'HTTPS') {
    errors.push(notSupported(`${path}.scheme`, action.scheme ?? '', ['HTTP', 'HTTPS']));
  }
  for (const { name = '' } of action.httpHeaders ?? []) {
    errors.push(...invalidEach(`${path}.httpHeaders`, name, isHTTPHeaderName(name)));
  }
  return errors;
}

export function validatePortNumberOrName(port: IntOrString | undefined, path: string): FieldError[] {
  if (typeof port === 'string') return invalidEach(path, port, isValidPortName(port));
  return invalidEach(path, port ?? 0, isValidPortNumber(port ?? 0));
}
