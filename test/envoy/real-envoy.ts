import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Translation } from '../conformance/conformance-case.js';
import { send as sendFromOutside } from '../conformance/grader/client.mjs';
import { adminPort, bootstrapOf } from './bootstrap.js';

/** One request as the grader hands it to an application; see its `run-case.mjs`. */
interface SendRequest {
  readonly method: string;
  readonly scheme: string;
  readonly host: string;
  readonly port: number;
  readonly authority: string;
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: Buffer;
  readonly chunked: boolean;
  readonly sni?: string;
  readonly dst?: { readonly address: string; readonly port: number };
}

interface LogEntry {
  readonly id: string | undefined;
  readonly flags: readonly string[];
  readonly details: string | undefined;
  readonly cluster: string | undefined;
  readonly route: string | undefined;
}

/** What a destination is where the case states none: nothing listens there. */
const nowhere = '127.0.1.254';

/** Envoy reads the whole configuration before it listens. */
const startLimitMs = 20_000;

/** Whether a real Envoy can be had on this machine. */
export const hasEnvoy = (): boolean => spawnSync('envoy', ['--version']).status === 0;

/** Thrown where Envoy refuses a configuration: what it said. */
export class EnvoyRefusal extends Error {
  override readonly name = 'EnvoyRefusal';
}

/**
 * Starts a real Envoy on a translation, in the shape that the grader drives.
 *
 * @throws {EnvoyRefusal} when Envoy does not accept the configuration.
 */
export async function startEnvoy(translation: Translation): Promise<RealEnvoy> {
  const dir = mkdtempSync(join(tmpdir(), 'inmesh-envoy-'));
  const logFile = join(dir, 'access.log');
  const bootstrap = join(dir, 'bootstrap.json');
  writeFileSync(logFile, '');
  writeFileSync(bootstrap, JSON.stringify(bootstrapOf(translation, { logFile })));
  const child = spawn(
    'envoy',
    [
      '-c',
      bootstrap,
      '--concurrency',
      '1',
      '--disable-hot-restart',
      '-l',
      'warn',
      '--file-flush-interval-msec',
      '10',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const said: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  const envoy = new RealEnvoy(child, dir, logFile);
  for (const end = Date.now() + startLimitMs; !(await isReady()); await sleep(50)) {
    if (child.exitCode === null && Date.now() < end) continue;
    await envoy.stop();
    throw new EnvoyRefusal(reasonIn(Buffer.concat(said).toString('utf8')));
  }
  return envoy;
}

/** What Envoy objected to, without the configuration that it repeats. */
function reasonIn(text: string): string {
  const [constraint] = /field: "[^"]*", reason: [^)]*/.exec(text) ?? [];
  if (constraint !== undefined) return constraint;
  const [line = text] = text.split('\n').filter((one) => /\[(critical|error)\]/.test(one));
  return line.replace(/^(\[[^\]]*\] ?)+/, '').replace(/ \{"?[a-zA-Z_]+"?:.*$/, '');
}

async function isReady(): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${adminPort}/ready`).catch(() => undefined);
  return answer?.status === 200;
}

/** An application beside a real Envoy. */
export class RealEnvoy {
  readonly #child: ChildProcess;
  readonly #dir: string;
  readonly #log: number;
  readonly #kill = (): void => void this.#child.kill('SIGKILL');
  #rest = '';

  constructor(child: ChildProcess, dir: string, logFile: string) {
    this.#child = child;
    // It must not outlive the one that asks it, however that ends.
    process.once('exit', this.#kill);
    this.#dir = dir;
    this.#log = openSync(logFile, 'r');
  }

  async send(request: SendRequest): Promise<object> {
    const { method, scheme, host, port, authority, path, headers, body, chunked, sni, dst } = request;
    const lines: Record<string, string[]> = Object.create(null);
    for (const [name, value] of headers) {
      if (name !== 'x-case-id') lines[name] = [...(lines[name] ?? []), value];
    }
    const id = headers.find(([name]) => name === 'x-case-id')?.[1];
    const asked = { method, url: `${scheme}://${host}:${port}${path}`, host: authority, target: path };
    const sent = {
      ...asked,
      headers: lines,
      chunked,
      ...(body !== undefined && { body }),
      ...(sni !== undefined && { sni }),
    };
    const via = dst === undefined ? `${nowhere}:${port}` : `${dst.address}:${dst.port}`;
    return sendFromOutside(sent, { port, via }, id, {}, new Map());
  }

  /** What Envoy logged since the last time it was asked. */
  log(): readonly LogEntry[] {
    const chunk = Buffer.alloc(1 << 20);
    const text = this.#rest + chunk.toString('utf8', 0, readSync(this.#log, chunk));
    const lines = text.split('\n');
    this.#rest = lines.pop() ?? '';
    return lines.map((line) => logEntry(JSON.parse(line)));
  }

  async stop(): Promise<void> {
    process.off('exit', this.#kill);
    if (this.#child.exitCode === null) {
      this.#kill();
      await once(this.#child, 'exit');
    }
    closeSync(this.#log);
    rmSync(this.#dir, { recursive: true, force: true });
  }
}

function logEntry(line: Readonly<Record<string, string | null>>): LogEntry {
  const { id, flags, details, cluster, route } = line;
  return {
    id: id ?? undefined,
    flags: flags === null || flags === undefined || flags === '-' ? [] : flags.split(','),
    details: details ?? undefined,
    cluster: cluster ?? undefined,
    route: route ?? undefined,
  };
}
