import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { type ConformanceCase, loadCase } from './conformance-case.js';
import type { Result } from './suites/suite.js';

/** The longest case waits for some ten seconds. */
const caseLimitMs = 120_000;

/**
 * Backends listen on fixed addresses, so that two cases would be in each other's way. Where the system lends a
 * network namespace without privileges (Linux), each lane has a loopback of its own; elsewhere there is one lane.
 */
const ownLoopback = [
  'unshare',
  '--map-root-user',
  '--net',
  'sh',
  '-c',
  'ip link set lo up && exec "$@"',
  'sh',
];

/** What a lane is sent. */
export interface Order {
  readonly file: string;
  readonly seed: number;
}

export interface LaneOptions {
  /** 0: as many as suit this machine. */
  readonly jobs: number;
  readonly seed: number;
  /** Hears of each case at its end. */
  readonly report: (result: Result) => void;
}

/** Exchanges the cases in child processes and reports each result as it comes. */
export async function runLanes(files: readonly string[], { jobs, seed, report }: LaneOptions): Promise<void> {
  const isolated = hasNamespaces();
  const lanes = isolated ? jobs || suitableLanes() : 1;
  const waiting = [...files];
  const work = async (): Promise<void> => {
    let child: ChildProcess | undefined;
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      child ??= startLane(isolated);
      const result = await exchange(child, { file, seed });
      if (!child.connected) child = undefined;
      report(result);
    }
    child?.disconnect();
  };
  await Promise.all(Array.from({ length: Math.min(lanes, files.length) }, work));
}

/** Cases mostly wait, so there may be more of them than processors; but some count milliseconds. */
function suitableLanes(): number {
  const [lastMinute = 0] = loadavg();
  return Math.max(1, Math.floor(2 * availableParallelism() - lastMinute));
}

export function hasNamespaces(): boolean {
  const [command = '', ...args] = ownLoopback;
  return spawnSync(command, [...args, 'true']).status === 0;
}

/** A child process on a loopback of its own, if `isolated`. */
export function startLane(
  isolated: boolean,
  program: string = join(import.meta.dirname, 'lane.ts'),
): ChildProcess {
  const node = [process.execPath, ...process.execArgv, program];
  const [command = '', ...args] = isolated ? [...ownLoopback, ...node] : node;
  return spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
}

/** One case in a lane. A lane that dies or stands still fails its case and is given up. */
async function exchange(child: ChildProcess, order: Order): Promise<Result> {
  return new Promise((resolve) => {
    const failed = (difference: string): void => {
      const { area, name }: ConformanceCase = loadCase(order.file);
      settle({ suite: 'exchange', area, name, outcome: 'failed', differences: [difference], ms: 0 });
    };
    const settle = (result: Result): void => {
      clearTimeout(limit);
      child.removeAllListeners();
      resolve(result);
    };
    const limit = setTimeout(() => {
      child.disconnect();
      child.kill('SIGKILL');
      failed(`did not end within ${caseLimitMs / 1000} s`);
    }, caseLimitMs);
    child.once('message', settle);
    child.once('error', (error) => failed(`the lane did not start: ${error.message}`));
    child.once('exit', (code, signal) => failed(`the process ended with ${signal ?? `status ${code}`}`));
    child.send(order, (error) => error && failed(`the lane is gone: ${error.message}`));
  });
}
