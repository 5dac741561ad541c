import { strict as assert } from 'node:assert';
import type { Endpoint, ObservedCall } from '@inmesh/engine';
import type { Attributes } from '@opentelemetry/api';
import { AttemptSpan } from '../../src/opentelemetry/attempt-span.js';
import { observedCall } from '../support/observed-call.js';

describe('durations of attempts', () => {
  const endpoint = { address: '10.0.0.1', port: 8080 } as Endpoint;
  const serverOf = (call: ObservedCall): unknown[] => {
    let recorded: Attributes = {};
    const histogram = {
      record(_value: number, attributes: Attributes = {}) {
        recorded = attributes;
      },
    };
    new AttemptSpan(call.requestHead, call, undefined, histogram).ended(undefined);
    return [recorded['server.address'], recorded['server.port']];
  };

  it('name the server as the application does', () => {
    assert.deepEqual(serverOf(observedCall({ endpoint })), ['shop.test', 80]);
  });

  it('name it by its endpoint where anybody may call', () => {
    const call = observedCall({ endpoint });
    const downstream = {
      listener: { address: '0.0.0.0', port: 80 },
      remoteAddress: '10.0.0.9',
      remotePort: 1,
      protocol: 'HTTP/1.1' as const,
    };
    const received = { ...call, request: { ...call.request, downstream } };
    assert.deepEqual(serverOf(received), ['10.0.0.1', 8080]);
  });
});
