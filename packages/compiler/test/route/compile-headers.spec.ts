import { strict as assert } from 'node:assert';
import { compileHeaders } from '../../src/route/compile-headers.js';

describe('compileHeaders', () => {
  it('puts what overwrites before what appends, each sorted by name', () => {
    const { mutations } = compileHeaders({ request: { add: { b: '1', a: '2' }, set: { d: '3', c: '4' } } });
    assert.deepEqual(mutations.requestHeadersToAdd, [
      { header: { key: 'c', value: '4' }, appendAction: 'OVERWRITE_IF_EXISTS_OR_ADD' },
      { header: { key: 'd', value: '3' }, appendAction: 'OVERWRITE_IF_EXISTS_OR_ADD' },
      { header: { key: 'a', value: '2' } },
      { header: { key: 'b', value: '1' } },
    ]);
  });

  it('makes a rewrite of the host out of host and :authority, where set goes before add', () => {
    const { mutations, authority } = compileHeaders({
      request: { add: { Host: 'added' }, set: { ':authority': 'set' }, remove: ['host', ':path', 'x'] },
    });
    assert.equal(authority, 'set');
    assert.deepEqual(mutations, { requestHeadersToRemove: ['x'] });
  });

  it('never touches pseudo-headers', () => {
    const { mutations } = compileHeaders({ response: { set: { ':status': '200' }, remove: [':status'] } });
    assert.deepEqual(mutations, {});
  });

  it('leaves out an empty value, as proto3 JSON does', () => {
    const { mutations } = compileHeaders({ request: { set: { x: '' } } });
    assert.deepEqual(mutations.requestHeadersToAdd?.[0]?.header, { key: 'x' });
  });
});
