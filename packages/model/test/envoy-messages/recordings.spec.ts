import { strict as assert } from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EnvoyMessage, mergeMessage, parseEnvoyValue } from '@inmesh/model/envoy-messages';

const cases = join(import.meta.dirname, '../../../../test/conformance/cases');

const types = {
  listeners: 'envoy.config.listener.v3.Listener',
  routes: 'envoy.config.route.v3.RouteConfiguration',
  clusters: 'envoy.config.cluster.v3.Cluster',
  endpoints: 'envoy.config.endpoint.v3.ClusterLoadAssignment',
} as const;

/** What istiod wrote in all recorded cases, each different object once. */
function recordedMessages(): readonly (readonly [type: string, message: EnvoyMessage])[] {
  const files = readdirSync(cases, { recursive: true, encoding: 'utf8' });
  const texts = new Set<string>();
  for (const file of files.filter((name) => name.endsWith('.istiod.json'))) {
    const recording: Record<string, unknown[]> = JSON.parse(readFileSync(join(cases, file), 'utf8'));
    for (const [kind, type] of Object.entries(types)) {
      for (const message of recording[kind] ?? []) texts.add(JSON.stringify([type, canonical(message)]));
    }
  }
  return [...texts].map((text) => JSON.parse(text));
}

/** Recordings keep durations and empty lists in forms of their own. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value === 'string') return value.replace(/^(\d+(?:\.\d*?[1-9])?)\.?0*s$/, '$1s');
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([, item]) => !Array.isArray(item) || item.length > 0);
  return Object.fromEntries(kept.map(([key, item]) => [key, canonical(item)]));
}

describe('the table of messages, on everything that istiod was seen to write', () => {
  let messages: ReturnType<typeof recordedMessages>;
  before(() => {
    messages = recordedMessages();
    assert.ok(messages.length > 1000, `only ${messages.length} messages`);
  });

  it('reads every message as itself', () => {
    for (const [type, message] of messages) {
      assert.deepEqual(parseEnvoyValue(type, message), { value: message, unknownFields: [] });
    }
  });

  it('merges every message into nothing as itself, and nothing into it', () => {
    for (const [type, message] of messages) {
      assert.deepEqual(mergeMessage(type, {}, message), message);
      assert.deepEqual(mergeMessage(type, message, {}), message);
    }
  });
});
