import { GoLiteral, goQuote } from './go-format.ts';

/** A port's number or name, a count or a percentage: k8s.io/apimachinery/pkg/util/intstr. */
export type IntOrString = number | string;

/** The number, or what a string of digits means; 0 where it means none. */
export function intValue(value: IntOrString | undefined): number {
  if (typeof value === 'number') return value;
  return value !== undefined && /^[+-]?[0-9]+$/.test(value) ? Number(value) : 0;
}

/**
 * A count, or a percentage of `total`: GetScaledValueFromIntOrPercent.
 * @throws Error where a string is no percentage
 */
export function scaledValue(value: IntOrString, total: number, roundUp: boolean): number {
  if (typeof value === 'number') return value;
  if (!value.endsWith('%')) {
    throw new Error('invalid value for IntOrString: invalid type: string is not a percentage');
  }
  const digits = value.slice(0, -1);
  if (!/^[+-]?[0-9]+$/.test(digits)) {
    throw new Error(
      `invalid value for IntOrString: invalid value ${goQuote(value)}: strconv.Atoi: parsing ${goQuote(digits)}: invalid syntax`,
    );
  }
  const scaled = (Number(digits) * total) / 100;
  return roundUp ? Math.ceil(scaled) : Math.floor(scaled);
}

/** As validation errors print one that is not behind a pointer: %#v. */
export function goIntOrString(value: IntOrString | undefined): GoLiteral {
  const text = typeof value === 'string';
  return new GoLiteral(
    `intstr.IntOrString{Type:${text ? 1 : 0}, IntVal:${text ? 0 : (value ?? 0)}, StrVal:${goQuote(text ? value : '')}}`,
  );
}
