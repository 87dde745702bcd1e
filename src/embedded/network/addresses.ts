/** Hands out the addresses of a node's Pod range in turn, so that one given back is not used again at once. */
export class AddressPool {
  readonly #base: number;
  readonly #size: number;
  readonly #used = new Set<number>();
  #next = 2;

  /** @param range "10.244.1.0/24". Its first address is the gateway's and its last the broadcast's. */
  constructor(readonly range: string) {
    const [address, bits] = range.split('/');
    const number = toNumber(address ?? '');
    if (number === undefined || !bits)
      throw new Error(`${range} is not a range of addresses: write e.g. 10.244.0.0/24`);
    this.#size = 2 ** (32 - Number(bits));
    this.#base = number - (number % this.#size);
  }

  get gateway(): string {
    return toAddress(this.#base + 1);
  }

  allocate(): string {
    for (let tries = 0; tries < this.#size - 3; tries++) {
      const offset = this.#next;
      this.#next = this.#next + 1 < this.#size - 1 ? this.#next + 1 : 2;
      if (!this.#used.has(offset)) {
        this.#used.add(offset);
        return toAddress(this.#base + offset);
      }
    }
    throw new Error(`no IP addresses available in range set: ${this.range}`);
  }

  release(address: string): void {
    const number = toNumber(address);
    if (number !== undefined) this.#used.delete(number - this.#base);
  }

  contains(address: string): boolean {
    const number = toNumber(address);
    return number !== undefined && number >= this.#base && number < this.#base + this.#size;
  }
}

/** An IPv4 address as a number; undefined for anything else. */
export function toNumber(address: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(address);
  if (!match) return undefined;
  const parts = match.slice(1).map(Number);
  return parts.some((part) => part > 255) ? undefined : parts.reduce((sum, part) => sum * 256 + part, 0);
}

export function isIPv4(text: string): boolean {
  return toNumber(text) !== undefined;
}

function toAddress(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}
