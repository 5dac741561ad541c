// What large loads and changes keep from everybody else, one kind in each process.
import { setTimeout as sleep } from 'node:timers/promises';
import { memorySource, yamlSource } from '@inmesh/config';
import { createEngine } from '@inmesh/engine';
import { HeaderMap } from '@inmesh/model';
import { blockYaml } from '../lib/block-yaml.mjs';
import { hostOf, meshObjects, serviceEntry, virtualService } from '../lib/large-mesh.mjs';
import { runConfig } from '../lib/running-config.mjs';
import { median } from '../lib/stats.mjs';
import { watchTurns } from '../lib/turns.mjs';

const [services, endpoints, calls] = [10_000, 10, 20];

const kinds = {
  async objects() {
    const objects = meshObjects(services, endpoints);
    const loaded = await watched(() => runConfig(memorySource(objects), services));
    return [
      ['block, objects', loaded.longestMicros],
      ['load, objects', loaded.cpuMicros + firstUse(loaded.result)],
    ];
  },
  async yaml() {
    const text = meshObjects(services, endpoints)
      .map((object) => blockYaml(object))
      .join('---\n');
    const loaded = await watched(() => runConfig(yamlSource(text), services));
    return [
      ['block, yaml', loaded.longestMicros],
      ['load, yaml', loaded.cpuMicros + firstUse(loaded.result)],
    ];
  },
  /** Every rule is another one and every service has one endpoint more. */
  async swap() {
    const { source, running, call } = await underWay();
    const objects = meshObjects(services, endpoints).map((object) => {
      const i = Number(object.metadata.name.slice('svc-'.length));
      if (object.kind === 'VirtualService') return virtualService(i, '7s');
      return object.kind === 'ServiceEntry' ? serviceEntry(i, endpoints + 1) : object;
    });
    const { longestMicros } = await watched(
      () => running.change(() => source.replace(objects)),
      () => running.used.forEach(call),
    );
    return [['block, swap', longestMicros]];
  },
  /** One after the other, so that the longest is that of one of them. */
  async change() {
    const { source, running, call } = await underWay();
    const { longestMicros } = await watched(
      async () => {
        for (let turn = 0; turn < 50; turn++) {
          await running.change(() =>
            source.apply(virtualService(running.used[turn % calls], `${turn + 1}ms`)),
          );
          // What is short enough is done without a rest: several changes would share one turn.
          await new Promise(setImmediate);
        }
      },
      () => running.used.forEach(call),
    );
    return [['block, change', longestMicros]];
  },
  /** From the source's event to the first call that goes to the new endpoint. */
  async endpoint() {
    const { source, running, call } = await underWay();
    const times = [];
    for (let turn = 0; turn < 300; turn++) {
      const i = running.used[turn % calls];
      const address = `10.250.${turn >> 8}.${turn & 255}`;
      const object = serviceEntry(i, 0, { extra: [{ address, labels: { version: 'v1' } }] });
      const before = process.cpuUsage();
      await running.change(() => source.apply(object));
      const reached = call(i);
      const { user, system } = process.cpuUsage(before);
      if (reached !== address) throw new Error(`${reached} was picked, not ${address}`);
      if (turn >= 100) times.push(user + system);
    }
    return [['event to pick', median(times)]];
  },
};

const kind = JSON.parse(process.argv[2]);
process.on('message', async () => process.send(await kinds[kind]()));
process.send({});

/** A process that calls some of the services of a large mesh. */
async function underWay() {
  const source = memorySource(meshObjects(services, endpoints));
  const running = await runConfig(source, services);
  const engine = createEngine({
    view: running.view,
    clock: {
      now: () => performance.now(),
      setTimeout: (callback, delayMs) => setTimeout(callback, delayMs).unref(),
      clearTimeout: (timer) => clearTimeout(timer),
    },
    random: Math.random,
    resolve: () => Promise.reject(new Error('nothing to resolve')),
    lookup: () => Promise.reject(new Error('nothing to look up')),
  });
  /** One call, up to its answer; answers with the address that it went to. */
  const call = (i) => {
    const head = {
      method: 'GET',
      scheme: 'http',
      authority: hostOf(i),
      path: '/x',
      headers: new HeaderMap([]),
    };
    const send = engine.begin({ head, host: hostOf(i), port: 80, body: 'none' }).next();
    if (send.kind !== 'send' || !send.attached()) throw new Error(`the engine answers ${send.kind}`);
    send.requestSent();
    send.responded({ status: 200, headers: new HeaderMap([]) });
    send.ended('complete');
    return send.endpoint.address;
  };
  for (const i of running.used) call(i);
  return { source, running, call };
}

function firstUse({ lookUp }) {
  const before = process.cpuUsage();
  lookUp();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/**
 * What was there before has a moment to be collected. Collecting it at once would not do: sweeping goes on for a while
 * behind a collection, and code that was let go has to be compiled again.
 */
async function watched(work, each) {
  await sleep(500);
  const watch = watchTurns(each);
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  await new Promise(setImmediate);
  return { ...watch.stop(), result, cpuMicros: user + system };
}
