import { parseResources, validateResource } from '@inmesh/config';
import { stringify } from 'yaml';
import type { TestCase } from '../../conformance/conformance-case.js';
import { createAction } from './action.js';
import { createChance } from './chance.js';
import { createCondition, type Request } from './match.js';
import { createSend } from './request.js';
import { createLandscape } from './services.js';

const namespace = 'app';

/** What admission refuses never reaches an Envoy: such a rule is made anew. */
function validRule(name: string, make: () => object): object {
  for (;;) {
    const rule = { name, ...make() };
    const text = stringify(virtualService('front', [rule]));
    const { resources, findings } = parseResources(text, name);
    const errors = [...findings, ...resources.flatMap(validateResource)].filter(
      ({ severity }) => severity === 'error',
    );
    if (errors.length === 0) return rule;
  }
}

const virtualService = (host: string, http: readonly object[]): object => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name: 'front', namespace },
  spec: { hosts: [host], http },
});

/** A world of routing rules of every kind, and requests at their edges. What it answers leaves nothing to chance. */
export function createRulesWorld(seed: number, requests: number): TestCase {
  const chance = createChance(seed);
  const { services, backends, resources } = createLandscape(chance, 6);
  const [front, ...others] = services;
  if (front === undefined) throw new TypeError('a world has a service');
  const asked: Request[] = [{ method: 'GET', path: '/elsewhere', query: [], headers: {} }];
  const http = Array.from({ length: chance.int(6, 14) }, (_, index) => {
    const conditions = Array.from({ length: chance.pick([1, 1, 1, 2]) }, () => createCondition(chance));
    asked.push(...conditions.map(({ request }) => request));
    const match = conditions.map((condition) => condition.match);
    return validRule(`r${index}`, () => ({ match, ...createAction(chance, others) }));
  });
  const last = { name: 'default', route: [{ destination: { host: front.host } }] };
  const rules = virtualService(front.host, chance.hits(0.8) ? [...http, last] : http);
  const sends = Array.from({ length: requests }, () => createSend(chance, chance.pick(asked), front.host));
  return {
    name: `rules-${seed}`,
    proxy: { type: 'sidecar', namespace, labels: { app: 'client', version: 'v1' }, locality: 'r1/z1/s1' },
    mesh: {
      outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' },
      ...chance.maybe(0.5, () => ({
        pathNormalization: {
          normalization: chance.pick(['NONE', 'BASE', 'MERGE_SLASHES', 'DECODE_AND_MERGE_SLASHES']),
        },
      })),
    },
    backends,
    config: [...resources, rules].map((resource) => stringify(resource)).join('---\n'),
    steps: sends.map((send) => ({ send })),
    // Who answers is known, so that everything counts.
    predict: sends.map(() => ({ backend: '*' })),
  } as TestCase;
}
