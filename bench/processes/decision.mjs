// The engine alone: whole calls with every feature on, against an upstream that is only told of.
import { performance } from 'node:perf_hooks';
import { createCompiler } from '../../packages/compiler/dist/index.js';
import { createSnapshot, parseResources } from '../../packages/config/dist/index.js';
import { createEngine } from '../../packages/engine/dist/index.js';
import { createWorkload, HeaderMap } from '../../packages/model/dist/index.js';
import { freshTexts } from '../lib/micro.mjs';
import { rules } from './rules.mjs';

const ended = new Float64Array(1);

const compiler = createCompiler({
  workload: createWorkload({ namespace: 'app', labels: { app: 'web' } }),
  meshConfig: {},
  defaultLoadBalancer: 'LEAST_REQUEST',
});
compiler.update(createSnapshot(1, parseResources(rules([1001, 1002, 1003]), 'bench').resources));
const engine = createEngine({
  view: compiler.view,
  clock: {
    now: () => performance.now(),
    setTimeout: (callback, delayMs) => setTimeout(callback, delayMs).unref(),
    clearTimeout: (timer) => clearTimeout(timer),
  },
  random: Math.random,
  resolve: () => Promise.reject(new Error('nothing to resolve')),
  lookup: () => Promise.reject(new Error('nothing to look up')),
  observer: {
    // As metrics do. An access log would ask for an entry as well; the proxies beside this write none either.
    ended: ({ responseCode }) => {
      ended[0] += responseCode;
    },
  },
});

const paths = freshTexts((i) => `/reviews/${i}?page=${i % 7}`);
const requestLines = ['x-tenant', 'acme', 'x-request-class', 'gold', 'accept', 'text/plain'];
const responseLines = ['content-type', 'text/plain', 'content-length', '100', 'date', 'now'];

function decide(i) {
  const call = engine.begin({
    head: {
      method: 'GET',
      scheme: 'http',
      authority: 'reviews.bench.test:9080',
      path: paths[i % paths.length],
      headers: new HeaderMap(requestLines.slice()),
    },
    host: 'reviews.bench.test',
    port: 9080,
    body: 'none',
  });
  const send = call.next();
  if (send.kind !== 'send' || !send.attached()) throw new Error(`the engine answers ${send.kind}`);
  send.requestSent();
  if (send.responded({ status: 200, headers: new HeaderMap(responseLines.slice()) }) !== 'deliver')
    throw new Error('a good answer is not delivered');
  send.ended('complete');
}

// A decision takes as long as a thousandth of a request: it takes more of them until the compiler is done.
for (let i = 0; i < 100_000; i++) decide(i);
process.on('message', ({ requests }) => {
  const before = process.cpuUsage();
  for (let i = 0; i < requests; i++) decide(i);
  const { user, system } = process.cpuUsage(before);
  process.send({ cpuMicros: user + system });
});
process.send({});
