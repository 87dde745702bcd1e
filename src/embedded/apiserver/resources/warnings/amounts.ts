import { Quantity } from '../../../../kubernetes/quantity.ts';

/** Bytes come whole: "100m" of memory is accepted, and means next to none. */
export function amountWarning(written: string | number | undefined, path: string): string[] {
  const amount = Quantity.tryParse(written);
  if (!amount || amount.milliValue() % 1000 === 0) return [];
  return [`${path}: fractional byte value "${amount}" is invalid, must be an integer`];
}
