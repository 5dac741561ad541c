import { linesOfTable } from './header-table.js';
import { LuaError } from './lua-error.js';
import type { LuaTable, LuaValue } from './lua-value.js';
import type { ScriptStream } from './script-stream.js';

/**
 * A request of the script's own: cluster, headers, body, timeout in milliseconds, and either whether to go on
 * without the answer, or options. The answer is a table of `headers` and `body`.
 */
export function httpCall(stream: ScriptStream, ...values: readonly LuaValue[]): readonly LuaValue[] {
  const [cluster, headers, body, timeoutMs, options] = values;
  if (stream.request === undefined) throw new LuaError('httpCall is not available here');
  const lines = linesOfTable(headers);
  for (const name of [':path', ':method', ':authority'])
    if (!lines.includes(name))
      throw new LuaError("http call headers must include ':path', ':method', and ':authority'");
  const table: LuaTable = options instanceof Map ? options : new Map([['asynchronous', options === true]]);
  const answer = stream.request({
    cluster: String(cluster),
    headers: lines,
    body: body === undefined ? undefined : Buffer.from(String(body), 'latin1'),
    timeoutMs: Number(table.get('timeout_ms') ?? timeoutMs ?? 0),
  });
  if (answer === undefined) throw new LuaError('http call cluster invalid. Must be configured');
  if (table.get('asynchronous') === true) return [true];
  const keepsRepeated = table.get('return_duplicate_headers') === true;
  stream.waiting = answer.then(({ status, headers: answered, body: bytes }) => [
    new Map<string, LuaValue>([
      ['headers', headerTable([':status', String(status), ...answered], keepsRepeated)],
      ['body', bytes.length === 0 ? undefined : bytes],
    ]),
  ]);
  return [false];
}

/** By name: the last line, or a list of all where the script wants them. */
function headerTable(lines: readonly string[], keepsRepeated: boolean): LuaTable {
  const byName = new Map<string, string[]>();
  for (let i = 0; i < lines.length; i += 2) {
    const name = lines[i] ?? '';
    byName.set(name, [...(byName.get(name) ?? []), lines[i + 1] ?? '']);
  }
  return new Map(
    [...byName].map(([name, values]): [string, LuaValue] => [
      name,
      keepsRepeated && values.length > 1 ? new Map(values.map((value, i) => [i + 1, value])) : values.at(-1),
    ]),
  );
}
