import { localReplies } from '@inmesh/model';
import { linesOfTable, takeLine } from './header-table.js';
import { httpCall } from './http-call.js';
import { LuaError } from './lua-error.js';
import type { Host } from './lua-machine.js';
import { type LuaTable, type LuaValue, luaValueOf } from './lua-value.js';
import type { LogLevel, ScriptHeaders, ScriptStream } from './script-stream.js';
import { verifySignature } from './signature.js';
import { streamFact } from './stream-fact.js';

type Operation = (stream: ScriptStream, ...values: readonly LuaValue[]) => readonly LuaValue[];

/** What a script may ask of the stream that it is about, by the names that the prelude uses. */
const operations: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['isAlive', () => []],
  [
    'header.add',
    (stream, map, name, value) => {
      headersOf(stream, map).add(String(name), String(value));
      return [];
    },
  ],
  [
    'header.replace',
    (stream, map, name, value) => {
      headersOf(stream, map).replace(String(name), String(value));
      return [];
    },
  ],
  [
    'header.remove',
    (stream, map, name) => {
      headersOf(stream, map).remove(String(name));
      return [];
    },
  ],
  [
    'header.get',
    (stream, map, name) => {
      const values = headersOf(stream, map).all(String(name));
      return [values.length === 0 ? undefined : values.join(',')];
    },
  ],
  ['header.getAtIndex', (stream, map, name, at) => [headersOf(stream, map).all(String(name))[Number(at)]]],
  ['header.getNumValues', (stream, map, name) => [headersOf(stream, map).all(String(name)).length]],
  ['header.lines', (stream, map) => [listOf(headersOf(stream, map).lines)]],
  // A phrase is nothing that a caller could rely on, and HTTP/2 has none.
  ['header.setHttp1ReasonPhrase', () => []],
  ['body', (stream) => readBody(stream, () => stream.body.bytes)],
  [
    'body.set',
    (stream, bytes) => {
      const replacement = Buffer.from(String(bytes), 'latin1');
      stream.body.replace(replacement);
      stream.headers.replace('content-length', String(replacement.length));
      return [replacement.length];
    },
  ],
  ['trailers', (stream) => readBody(stream, () => stream.trailers !== undefined)],
  ['respond', respond],
  ['httpCall', httpCall],
  ['metadata', (stream, of) => [routeMetadata(stream, of) ?? noTable]],
  ['filterContext', ({ inForce }) => [luaValueOf(inForce.filterContext)]],
  ['stream', (stream, name) => [streamFact(stream, String(name))]],
  ['dynamicMetadata.get', ({ dynamicMetadata }, filter) => [dynamicMetadata.get(String(filter))]],
  ['dynamicMetadata.all', ({ dynamicMetadata }) => [dynamicMetadata]],
  [
    'dynamicMetadata.set',
    ({ dynamicMetadata }, filter, key, value) => {
      const values = dynamicMetadata.get(String(filter)) ?? new Map<string, LuaValue>();
      dynamicMetadata.set(String(filter), values.set(String(key), value));
      return [];
    },
  ],
  [
    'clearRouteCache',
    ({ call }) => {
      call.clearRouteCache();
      return [];
    },
  ],
  [
    'setUpstreamOverrideHost',
    () => {
      throw new LuaError('setUpstreamOverrideHost is not available here');
    },
  ],
  [
    'log',
    ({ log }, level, text) => {
      log(level as LogLevel, String(text));
      return [];
    },
  ],
  ['base64Escape', (_, text) => [Buffer.from(String(text), 'latin1').toString('base64')]],
  ['timestamp', (_, resolution) => [timestamp(resolution)]],
  ['importPublicKey', (_, der, length) => [String(der).slice(0, Number(length ?? String(der).length))]],
  ['verifySignature', (_, ...values) => verifySignature(values)],
]);

/** Answers the run of this number, for as long as it is under way: what it was handed is dead afterwards. */
export function hostOf(stream: ScriptStream, runNumber: number): Host {
  return (operation, [run, ...values]) => {
    if (operation === 'print') {
      stream.log('info', String(values[0]));
      return [];
    }
    if (run !== runNumber) throw new LuaError('object used outside of proper scope');
    const answer = operations.get(operation);
    if (answer === undefined) throw new LuaError(`there is no ${operation}`);
    return answer(stream, ...values);
  };
}

const noTable: LuaTable = new Map();

function headersOf({ headers, trailers }: ScriptStream, map: LuaValue): ScriptHeaders {
  if (map === 'headers') return headers;
  if (trailers === undefined) throw new LuaError('there are no trailers');
  return trailers;
}

function listOf(values: readonly string[]): LuaTable {
  return new Map(values.map((value, i) => [i + 1, value]));
}

/** What the body brings: at once when it has been read, else when it has. */
function readBody(stream: ScriptStream, result: () => LuaValue): readonly LuaValue[] {
  if (stream.body.bytes !== undefined) return [true, result()];
  stream.waiting = stream.body.read().then((refusal) => {
    stream.reply = refusal;
    return [result()];
  });
  return [false];
}

function respond(stream: ScriptStream, headers: LuaValue, body: LuaValue): readonly LuaValue[] {
  if (stream.direction === 'response')
    throw new LuaError('respond not currently supported in the response path');
  const lines = linesOfTable(headers);
  const status = Number(takeLine(lines, ':status'));
  if (!Number.isInteger(status) || status < 200 || status > 599)
    throw new LuaError(':status must be between 200-599');
  stream.reply = {
    kind: 'reply',
    ...localReplies.directResponse,
    status,
    details: 'lua_response',
    headers: lines,
    body: Buffer.from(String(body ?? ''), 'latin1'),
  };
  return [];
}

/** What the rules say to this filter by its name; rules of older days call it by the name of its kind. */
function routeMetadata({ call, filterName }: ScriptStream, of: LuaValue): LuaValue {
  const { metadata } = (of === 'virtualHost' ? call.route?.virtualHost : call.route?.source) ?? {};
  const byFilter = new Map(Object.entries(metadata?.filterMetadata ?? {}));
  return luaValueOf(byFilter.get(filterName) ?? byFilter.get('envoy.filters.http.lua'));
}

function timestamp(resolution: LuaValue): number {
  const ms = performance.timeOrigin + performance.now();
  return resolution === 1 ? Math.floor(ms * 1000) : Math.floor(ms);
}
