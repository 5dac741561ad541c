import { Capture } from '@inmesh/capture';
import { createCompiler } from '@inmesh/compiler';
import { createConfigClient, createSnapshot, Follower } from '@inmesh/config';
import {
  createEngine,
  type EngineObserver,
  type FilterFactory,
  findUnhonoured,
  supportedFilterTypes,
} from '@inmesh/engine';
import { createJwt, createLua, jwtFilterType, luaFilterType } from '@inmesh/filters';
import { createMeshChannel } from '@inmesh/grpc';
import { createFetch, createProbe, MeshDispatcher, readRequest } from '@inmesh/http';
import { Receiver, RequestContexts } from '@inmesh/inbound';
import { type ConfigError, createWorkload, type ResourceSnapshot } from '@inmesh/model';
import { EventEmitter } from 'eventemitter3';
import { capturedMesh } from './capture/captured-mesh.js';
import { workloadOfEnvironment } from './environment.js';
import { grpcCarrier } from './grpc-carrier.js';
import { guarded } from './guarded.js';
import { lookupIn } from './lookup-host.js';
import type { ExplainRequest, Mesh, MeshEvents, MeshStatus } from './mesh.js';
import { meshConfigFindings } from './mesh-config-findings.js';
import type { MeshOptions } from './mesh-options.js';
import { type MeshParts, rememberParts } from './mesh-parts.js';
import { meshTelemetry } from './mesh-telemetry.js';
import { requestCluster } from './request-cluster.js';
import { resolveName } from './resolve-name.js';
import { enterRuntime, leaveRuntime } from './runtime.js';
import { scriptFindings } from './script-findings.js';
import { sourcesOf } from './sources-of.js';
import { systemClock } from './system-clock.js';
import { waitForRules } from './wait-for-rules.js';

/**
 * Brings rules into force in this process: sources → config client → compiler → engine → transports. Resolves when
 * the first whole snapshot is in force.
 *
 * @throws {ConfigError} when a source cannot be read, or with `strict` when a rule is refused; an `AggregateError`
 * of them when there are several.
 * @throws {LifecycleError} `INMESH_NOT_READY` when there are no rules within `readyTimeoutMs`. With `failOpen`
 * neither is thrown: everything passes through until rules come.
 * @example
 * const mesh = await createMesh({ config: './mesh' });
 * const response = await mesh.fetch('http://reviews:9080/reviews/0');
 */
export async function createMesh(options: MeshOptions = {}): Promise<Mesh> {
  const { clock = systemClock, random = Math.random, strict = false, httpsPorts = 'rules' } = options;
  const events = new EventEmitter<MeshEvents>();
  const workload = createWorkload({ ...workloadOfEnvironment(), ...options.workload });

  // Telling stands before everything that could be told of: the first call is counted already.
  const tellDropped = guarded('a listener of logDropped', (lines: number) =>
    events.emit('logDropped', lines),
  );
  const telemetry = meshTelemetry(options, workload, tellDropped);

  // Gathering comes first and knows nothing of Istio's meaning: a bad object is refused here, alone, so that
  // whatever comes behind sees only whole and valid states.
  const client = createConfigClient({ sources: sourcesOf(options.config), strict });

  // Filters that depend on others are chosen up here, so that neither the compiler, which reports those that nobody
  // runs, nor the engine knows what they depend on; the user's go before ours.
  const lua = createLua({
    log: guarded('a listener of logged', (entry) => events.emit('logged', entry)),
    request: (request) => requestCluster(engine, dispatcher)(request),
  });
  const filters: ReadonlyMap<string, FilterFactory> = new Map([
    [luaFilterType, lua.filter],
    // Keys of issuers are fetched as the application itself would fetch them: under the rules.
    [jwtFilterType, createJwt({ fetchKeys: (url, init) => mesh.fetch(url, init) })],
    ...(options.filters ?? []),
  ]);

  // The compiler stands before the engine, as istiod stands before Envoy: what passes between them is Envoy's
  // configuration, and a control plane could take its place.
  const compiler = createCompiler({
    workload,
    meshConfig: options.meshConfig ?? {},
    defaultLoadBalancer: options.defaultLoadBalancer ?? 'LEAST_REQUEST',
    runsFilter: ({ name, type }) => supportedFilterTypes.has(type) || filters.has(type) || filters.has(name),
    findUnhonoured,
    httpsPorts,
  });

  // What follows a request is put on its calls before the engine sees them: rules route by it.
  const context = new RequestContexts({
    ...options.context,
    clock,
    knows: (host) => compiler.view.knowsHost(host),
  });

  // A snapshot is compiled beside the running state, in slices if there is much of it, and swapped in within one
  // tick, before anybody is told of it: who hears `applied` finds it in force.
  let state: MeshStatus['state'] = 'ready';
  let findings: readonly ConfigError[] = [];
  let checked = Promise.resolve();
  const tellApplied = guarded('a listener of applied', (snapshot: ResourceSnapshot) =>
    events.emit('applied', snapshot),
  );
  const closing = new AbortController();
  const rules = new Follower<ResourceSnapshot>(
    function* (snapshot) {
      const compiled = yield* compiler.following(snapshot);
      findings = compiled;
      // Scripts need their language, which is loaded only when there are some.
      checked = scriptFindings(snapshot, lua.check).then((broken) => {
        if (findings === compiled) findings = [...compiled, ...broken];
      });
      if (state === 'passthrough') state = 'ready';
      context.forget();
      tellApplied(snapshot);
    },
    { signal: closing.signal },
  );
  // No rules are a state of the world as well: one in which everything passes through.
  if (options.failOpen === true) compiler.update(createSnapshot(0, []));
  let inForce = Promise.resolve();
  client.events.on('applied', (snapshot) => {
    inForce = rules.follow(snapshot);
    inForce.catch((error: Error) => process.emitWarning(error));
  });
  client.events.on(
    'rejected',
    guarded('a listener of rejected', (error) => events.emit('rejected', error)),
  );
  if (client.snapshot.version > 0) inForce = rules.follow(client.snapshot);

  // The engine asks the compiler's view and never the other way round; clock, chance, names and probes are lent to
  // it here, the one place that knows the real ones.
  const observer: EngineObserver = {
    ...telemetry.observer,
    // Left out when nobody reads it: the engine then keeps no copy of each request for it.
    ...(typeof options.accessLog === 'function' && { finished: guarded('accessLog', options.accessLog) }),
    filterSkipped: guarded('a listener of filterSkipped', (filter) => events.emit('filterSkipped', filter)),
    ejected: guarded('a listener of ejected', (event) => events.emit('ejected', event)),
    restored: guarded('a listener of restored', (event) => events.emit('restored', event)),
  };
  const engine = createEngine({
    view: compiler.view,
    localAddress: workload.ip,
    clock,
    random,
    resolve: options.resolve ?? resolveName,
    lookup: options.lookup ?? lookupIn(compiler.view),
    probe: createProbe(clock),
    filters,
    maxRetries: options.maxRetries ?? 0,
    retrySafety: options.retrySafety ?? 'strict',
    httpsPorts,
    observer,
  });

  // Transports are last: they carry what the engine decides, and are the only ones that open sockets.
  const dispatcher = new MeshDispatcher({
    engine,
    clock,
    tls: options.tls,
    prepare: (call) => context.prepare(call),
  });

  // In front of the application, for whoever serves with it: the same engine, the other direction.
  const receiver = new Receiver({ engine, view: compiler.view, clock, contexts: context });

  const standing: MeshParts['standing'] = new Set();
  const close = async (graceMs: number): Promise<void> => {
    leaveRuntime(mesh);
    mesh.uninstall();
    state = 'closed';
    const since = clock.now();
    closing.abort();
    await client.close();
    // What is being served may still call others, so that it comes first.
    await Promise.all([receiver.drain(graceMs), ...[...standing].map((end) => end(graceMs))]);
    receiver.close();
    await dispatcher.drain(Math.max(graceMs - (clock.now() - since), 0));
    engine.close();
    await dispatcher.destroy();
    await telemetry.close(graceMs);
    events.removeAllListeners();
  };
  let capture: Capture | undefined;
  const mesh: Mesh = {
    fetch: createFetch(dispatcher),
    dispatcher,
    context,
    receiver,
    grpcChannel: (target, channelOptions) =>
      createMeshChannel(grpcCarrier(dispatcher), target, channelOptions),
    events,
    explain({ url, method = 'GET', headers = [] }) {
      const { origin, pathname, search } = new URL(url);
      return engine.explain(
        readRequest({ origin, path: pathname + search, method: method as 'GET', headers: linesOf(headers) })
          .request,
      );
    },
    install(captureOptions) {
      mesh.uninstall();
      capture = new Capture(capturedMesh(mesh), captureOptions);
      return capture.captured;
    },
    uninstall() {
      capture?.uninstall();
      capture = undefined;
    },
    stats: () => telemetry.statistics(engine.figures()),
    status() {
      const config = client.status();
      const all = [...config.findings, ...meshConfigFindings(options.meshConfig ?? {}), ...findings];
      return {
        state,
        workload,
        config,
        findings: all,
        ...engine.status(),
        activeCalls: dispatcher.activeCalls,
      };
    },
    close: ({ graceMs = 1_000 } = {}) => close(graceMs),
    [Symbol.asyncDispose]: () => close(1_000),
  };
  try {
    state = await waitForRules(
      client.ready.then(() => inForce).then(() => checked),
      () => mesh.status().findings,
      options,
    );
  } catch (error) {
    await close(0);
    throw error;
  }
  rememberParts(mesh, {
    view: compiler.view,
    dispatcher,
    clock,
    snapshot: () => client.snapshot,
    standing,
    finished: (entry) => {
      observer.finished?.(entry);
      telemetry.refused(entry);
    },
  });
  await telemetry.ready;
  enterRuntime(mesh);
  return mesh;
}

/** Name, value, name, value, …: undici reads a list of pairs as a list of lines. */
function linesOf(headers: NonNullable<ExplainRequest['headers']>): string[] {
  const pairs = Symbol.iterator in headers ? [...headers] : Object.entries(headers);
  return pairs.flat();
}
