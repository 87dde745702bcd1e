/** One field of a message as it stands on the wire. */
export interface WireField {
  readonly number: number;
  /** Varints and fixed numbers as bigint, everything with a length as its bytes. */
  readonly value: bigint | Buffer;
}

/** The wire format of protocol buffers: a message's fields one after the other. @throws Error where it ends too early */
export function* readFields(message: Buffer): Iterable<WireField> {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = message[at++];
      if (byte === undefined) throw new Error('unexpected EOF');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new Error('integer overflow');
  };
  const bytes = (length: number): Buffer => {
    if (length > message.length - at) throw new Error('unexpected EOF');
    at += length;
    return message.subarray(at - length, at);
  };
  while (at < message.length) {
    const tag = varint();
    const number = Number(tag >> 3n);
    switch (Number(tag & 7n)) {
      case 0:
        yield { number, value: varint() };
        break;
      case 1:
        yield { number, value: bytes(8).readBigUInt64LE() };
        break;
      case 2:
        yield { number, value: bytes(Number(varint())) };
        break;
      case 5:
        yield { number, value: BigInt(bytes(4).readUInt32LE()) };
        break;
      default:
        throw new Error(`illegal wireType ${tag & 7n}`);
    }
  }
}
