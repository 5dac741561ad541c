import { isIP } from 'node:net';
import type { CidrRange } from '@inmesh/model';

/** An address as bits: IPv4 has 32, IPv6 128. The two never compare equal. */
export interface AddressBits {
  readonly width: 32 | 128;
  readonly value: bigint;
}

/** `undefined` for what is no IP address. An IPv4 address in IPv6 clothes is the IPv4 address. */
export function addressBits(address: string): AddressBits | undefined {
  switch (isIP(address)) {
    case 4:
      return { width: 32, value: ipv4Value(address) };
    case 6: {
      const value = ipv6Value(address);
      const isMapped = value >> 32n === 0xffffn;
      return isMapped ? { width: 32, value: value & 0xffffffffn } : { width: 128, value };
    }
    default:
      return undefined;
  }
}

/** A set of address ranges. */
export interface CidrSet {
  readonly size: number;
  /** The length of the longest prefix that covers the address, or -1. */
  longestMatch(address: AddressBits): number;
}

export function cidrSet(ranges: readonly CidrRange[] = []): CidrSet {
  const compiled = ranges.flatMap(({ addressPrefix, prefixLen = 0 }) => {
    const bits = addressBits(addressPrefix);
    return bits === undefined ? [] : { ...bits, length: Math.min(prefixLen, bits.width) };
  });
  return {
    size: ranges.length,
    longestMatch({ width, value }) {
      let longest = -1;
      for (const range of compiled) {
        const shift = BigInt(width - range.length);
        if (range.width !== width || range.value >> shift !== value >> shift) continue;
        longest = Math.max(longest, range.length);
      }
      return longest;
    },
  };
}

function ipv4Value(address: string): bigint {
  return address.split('.').reduce((value, part) => (value << 8n) | BigInt(part), 0n);
}

function ipv6Value(address: string): bigint {
  const plain = address
    .replace(/%.*$/, '')
    .replace(/[\d.]+$/, (tail) => (tail.includes('.') ? asGroups(tail) : tail));
  const [head = '', tail] = plain.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  const groups = [...left, ...Array<string>(zeros).fill('0'), ...right];
  return groups.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n);
}

/** The dotted end of an IPv6 address as two groups. */
function asGroups(dotted: string): string {
  const value = ipv4Value(dotted);
  return `${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`;
}
