import type { TcpProxy } from '@inmesh/model';
import type { CallRequest, Forward } from '../call.js';
import type { ClusterManager } from '../cluster/cluster-manager.js';
import type { Clock, EngineOptions } from '../engine.js';
import type { DeadlineWheel } from './deadline-wheel.js';
import type { ListenerMemo } from './listener-memo.js';

/** What all calls of one engine share. */
export interface CallEnvironment {
  readonly options: EngineOptions;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly clusters: ClusterManager;
  readonly deadlines: DeadlineWheel;
  readonly listeners: ListenerMemo;
  /** For calls whose bytes are not read. `undefined`: no listener takes them. */
  readonly forward: (request: CallRequest, proxy: TcpProxy | undefined) => Forward;
}
