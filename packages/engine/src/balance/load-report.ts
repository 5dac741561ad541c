import type { HeaderMap } from '@inmesh/model';

/** What an endpoint says of its load, with a response. Source: `xds.data.orca.v3.OrcaLoadReport`. */
export type LoadReport = ReadonlyMap<string, number>;

/**
 * Reads a report off the headers or trailers of a response, in any of its three forms. Metrics of a map are named
 * with it, such as `named_metrics.queue`. `undefined`: there is none, or none that can be read. Envoy: `orca_parser.cc`.
 */
export function readLoadReport(headers: HeaderMap): LoadReport | undefined {
  const binary = headers.get('endpoint-load-metrics-bin');
  if (binary !== undefined) return readBinary(Buffer.from(binary, 'base64'));
  const [, form, text = ''] =
    /^(JSON|TEXT|BIN) (.*)$/s.exec(headers.get('endpoint-load-metrics') ?? '') ?? [];
  switch (form) {
    case 'JSON':
      return readJson(text);
    case 'TEXT':
      return readText(text);
    case 'BIN':
      return readBinary(Buffer.from(text, 'base64'));
    default:
      return undefined;
  }
}

function readText(text: string): LoadReport | undefined {
  const report = new Map<string, number>();
  for (const part of text.split(',')) {
    const [name = '', value = ''] = part.split(/=(.*)/s, 2).map((one) => one.trim());
    if (name === '' || value === '' || !Number.isFinite(Number(value)) || report.has(name)) return undefined;
    report.set(name, Number(value));
  }
  return report;
}

function readJson(text: string): LoadReport | undefined {
  const report = new Map<string, number>();
  try {
    const document: unknown = JSON.parse(text);
    for (const [name, value] of Object.entries(document ?? {})) {
      if (typeof value !== 'object') report.set(asWritten(name), Number(value));
      else
        for (const [key, one] of Object.entries(value ?? {}))
          report.set(`${asWritten(name)}.${key}`, Number(one));
    }
  } catch {
    return undefined;
  }
  return report;
}

/** JSON of protobuf may have names in camel case as well. */
const asWritten = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The fields of the message by their numbers. */
const fields: Readonly<Record<number, string>> = {
  1: 'cpu_utilization',
  2: 'mem_utilization',
  4: 'request_cost',
  5: 'utilization',
  6: 'rps_fractional',
  7: 'eps',
  8: 'named_metrics',
  9: 'application_utilization',
};

/** Doubles, and maps from names to doubles; whatever else there is has no bearing on weights. */
function readBinary(bytes: Buffer): LoadReport | undefined {
  const report = new Map<string, number>();
  try {
    for (const { field, value } of wireFields(bytes)) {
      const name = fields[field];
      if (name === undefined) continue;
      if (typeof value === 'number') {
        report.set(name, value);
        continue;
      }
      let [key, metric] = ['', 0];
      for (const { field: part, value: inner } of wireFields(value)) {
        if (part === 1 && typeof inner !== 'number') key = inner.toString();
        if (part === 2 && typeof inner === 'number') metric = inner;
      }
      report.set(`${name}.${key}`, metric);
    }
  } catch {
    return undefined;
  }
  return report;
}

/** @throws {RangeError} when the bytes end within a field */
function* wireFields(bytes: Buffer): Generator<{ readonly field: number; readonly value: number | Buffer }> {
  let at = 0;
  const varint = (): number => {
    let [value, scale] = [0, 1];
    for (;;) {
      const byte = bytes.readUInt8(at++);
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 0x80;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const field = Math.floor(tag / 8);
    switch (tag % 8) {
      case 0:
        yield { field, value: varint() };
        break;
      case 1:
        yield { field, value: bytes.readDoubleLE(at) };
        at += 8;
        break;
      case 2: {
        const length = varint();
        if (at + length > bytes.length) throw new RangeError('a field ends behind its message');
        yield { field, value: bytes.subarray(at, at + length) };
        at += length;
        break;
      }
      default:
        throw new RangeError('a field of an unknown kind');
    }
  }
}
