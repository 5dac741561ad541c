import { isIPv6, type Socket } from 'node:net';

/** Signature, then version 2 and the command PROXY. */
const version2 = Buffer.from([0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a, 0x21]);

/** Family and transport of version 2: TCP over IPv4 or IPv6. */
const tcp4 = 0x11;
const tcp6 = 0x21;

/**
 * What a connection begins with towards an upstream that wants to know who calls: the PROXY protocol, whose source
 * is this process. Version 1 is a line of text, version 2 binary.
 */
export function proxyHeader(version: 'v1' | 'v2', socket: ProxyHeaderAddresses): Buffer {
  const { localAddress = '', localPort = 0, remoteAddress = '', remotePort = 0 } = socket;
  const isV6 = isIPv6(remoteAddress);
  if (version === 'v1') {
    const family = isV6 ? 'TCP6' : 'TCP4';
    return Buffer.from(`PROXY ${family} ${localAddress} ${remoteAddress} ${localPort} ${remotePort}\r\n`);
  }
  const addresses = [...bytesOf(localAddress), ...bytesOf(remoteAddress)];
  const ports = [localPort >> 8, localPort & 0xff, remotePort >> 8, remotePort & 0xff];
  const rest = [...addresses, ...ports];
  return Buffer.concat([version2, Buffer.from([isV6 ? tcp6 : tcp4, 0, rest.length, ...rest])]);
}

export type ProxyHeaderAddresses = Pick<
  Socket,
  'localAddress' | 'localPort' | 'remoteAddress' | 'remotePort'
>;

function bytesOf(address: string): readonly number[] {
  if (!isIPv6(address)) return address.split('.').map(Number);
  // Node writes addresses in their canonical form: at most one gap, and no zone or dotted part but in mapped ones.
  const [head = '', tail] = withoutDots(address.replace(/%.*$/, '')).split('::');
  const [before, after] = [head, tail ?? ''].map((part) => (part === '' ? [] : part.split(':')));
  const missing = 8 - (before?.length ?? 0) - (after?.length ?? 0);
  const groups = [
    ...(before ?? []),
    ...new Array<string>(tail === undefined ? 0 : missing).fill('0'),
    ...(after ?? []),
  ];
  return groups.flatMap((group) => {
    const word = Number.parseInt(group, 16);
    return [word >> 8, word & 0xff];
  });
}

/** `::ffff:1.2.3.4` as two groups of sixteen bits each. */
function withoutDots(address: string): string {
  return address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) =>
    [
      [a, b],
      [c, d],
    ]
      .map(([high, low]) => (Number(high) * 256 + Number(low)).toString(16))
      .join(':'),
  );
}
