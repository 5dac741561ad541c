import { formatDuration, parseDuration as parseGoDuration } from '../../duration.js';
import { enumType, type Scalar, type ValueType } from './message-type.js';
import { fail } from './value-error.js';

type Path = readonly (string | number)[];

/** A scalar in canonical JSON: numbers of 64 bits become texts. Texts are never taken from numbers. */
export function parseScalar(scalar: Exclude<Scalar, 'bytes'>, written: unknown, path: Path): unknown {
  switch (scalar) {
    case 'string':
      return typeof written === 'string' ? written : fail(path, 'expected a text');
    case 'bool':
      return typeof written === 'boolean' ? written : fail(path, 'expected true or false');
    case 'float':
    case 'double':
      return parseFloating(written, path);
    default:
      return parseInteger(scalar, written, path);
  }
}

/** Bytes are base64 in either alphabet, with or without padding; canonical is the standard one with it. */
export function parseBytes(written: unknown, path: Path): string {
  if (typeof written !== 'string' || !/^[\w+/-]*={0,2}$/.test(written))
    fail(path, 'expected bytes in base64');
  return Buffer.from(written, 'base64').toString('base64');
}

/** `undefined` for a name that this version of the API does not have. */
export function parseEnum(typeName: string, written: unknown, path: Path): string | number | undefined {
  const type = enumType(typeName);
  if (type === undefined) fail(path, `enum ${typeName} is not known`);
  if (typeof written === 'string') return type.numbers.has(written) ? written : undefined;
  if (typeof written !== 'number' || !Number.isInteger(written))
    fail(path, `expected a value of ${typeName}`);
  return type.names.get(written) ?? written;
}

/** Seconds with up to nine decimals, as `"1.5s"`, or Go's notation (`"500ms"`, `"1h30m"`), which Istio reads too. */
export function parseDuration(written: unknown, path: Path): string {
  const groups =
    typeof written === 'string'
      ? /^(?<sign>-?)(?<seconds>\d{1,12})(?:\.(?<decimals>\d{0,9}))?s$/.exec(written)?.groups
      : undefined;
  if (groups === undefined) {
    const ms = typeof written === 'string' ? parseGoDuration(written) : undefined;
    return ms === undefined ? fail(path, 'expected a duration, as "1.5s"') : formatDuration(ms);
  }
  const { sign, seconds, decimals } = groups;
  const fraction = (decimals ?? '').replace(/0+$/, '');
  const text = `${BigInt(seconds ?? 0)}${fraction === '' ? '' : `.${fraction}`}s`;
  return sign === '-' && text !== '0s' ? `-${text}` : text;
}

/** Whether the value is its type's default: canonical JSON leaves it out of a field that does not track presence. */
export function isZero(type: ValueType, value: unknown): boolean {
  if (type.kind === 'enum') {
    return value === undefined || value === 0 || enumType(type.name)?.numbers.get(String(value)) === 0;
  }
  // Numbers of 64 bits are texts here; a text that says 0 is a text.
  const isWide = (type.kind === 'scalar' || type.kind === 'wrapper') && type.scalar.endsWith('64');
  return value === '' || value === false || value === 0 || (isWide && value === '0');
}

function parseFloating(written: unknown, path: Path): number | string {
  if (typeof written === 'number') return written;
  if (written === 'NaN' || written === 'Infinity' || written === '-Infinity') return written;
  return typeof written === 'string' && jsonNumber.test(written)
    ? Number(written)
    : fail(path, 'expected a number');
}

type Integer = 'int32' | 'uint32' | 'int64' | 'uint64';

function parseInteger(scalar: Integer, written: unknown, path: Path): number | string {
  const number = integerOf(written) ?? fail(path, 'expected a whole number');
  const [least, most] = ranges[scalar];
  if (number < least || number > most) fail(path, `${number} is out of the range of ${scalar}`);
  return scalar.endsWith('64') ? String(number) : Number(number);
}

function integerOf(written: unknown): bigint | undefined {
  if (typeof written === 'string') {
    if (/^-?\d+$/.test(written)) return BigInt(written);
    return jsonNumber.test(written) ? integerOf(Number(written)) : undefined;
  }
  return typeof written === 'number' && Number.isInteger(written) ? BigInt(written) : undefined;
}

const jsonNumber = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;

const ranges: Readonly<Record<Integer, readonly [bigint, bigint]>> = {
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
};
