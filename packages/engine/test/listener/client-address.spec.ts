import { strict as assert } from 'node:assert';
import { HeaderMap, type HttpConnectionManager } from '@inmesh/model';
import { clientAddress } from '../../src/listener/client-address.js';

describe('clientAddress', () => {
  const of = (manager: Partial<HttpConnectionManager>, hops?: string): string =>
    clientAddress(
      manager as HttpConnectionManager,
      new HeaderMap(hops === undefined ? [] : ['x-forwarded-for', hops]),
      '10.0.0.9',
    );

  it('is the last hop that a sidecar is told of, and the connection’s where none is', () => {
    assert.equal(of({}, '1.1.1.1, 2.2.2.2'), '2.2.2.2');
    assert.equal(of({}), '10.0.0.9');
    assert.equal(of({}, 'unknown'), '10.0.0.9');
  });

  it('is the connection’s at an edge, whatever its caller says', () => {
    assert.equal(of({ useRemoteAddress: true }, '1.1.1.1,10.0.0.9'), '10.0.0.9');
  });

  it('stands in front of as many hops as an edge trusts', () => {
    const edge = { useRemoteAddress: true, xffNumTrustedHops: 1 };
    assert.equal(of(edge, '1.1.1.1,2.2.2.2,10.0.0.9'), '2.2.2.2');
    assert.equal(of({ ...edge, xffNumTrustedHops: 2 }, '1.1.1.1,2.2.2.2,10.0.0.9'), '1.1.1.1');
    assert.equal(of({ ...edge, xffNumTrustedHops: 5 }, '2.2.2.2,10.0.0.9'), '10.0.0.9');
    assert.equal(of({ ...edge, skipXffAppend: true }, '1.1.1.1,2.2.2.2'), '2.2.2.2');
  });
});
