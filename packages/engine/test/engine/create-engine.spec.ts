import { strict as assert } from 'node:assert';
import { response, World } from './world.js';

describe('createEngine', () => {
  it('goes from a request to an endpoint in one synchronous pass', () => {
    const send = new World().begin().send();
    assert.equal(send.endpoint.key, '10.0.0.1:8080');
    assert.equal(send.head.authority, 'shop.test');
  });

  it('tells the observer of a finished call exactly once', () => {
    const world = new World();
    const send = world.begin().sent();
    assert.equal(send.responded(response(200)), 'deliver');
    send.ended('complete');
    send.ended('complete');
    assert.equal(world.log.length, 1);
    assert.equal(world.log[0]?.responseCode, 200);
    assert.equal(world.log[0]?.responseCodeDetails, 'via_upstream');
    assert.equal(world.log[0]?.upstreamHost, '10.0.0.1:8080');
  });

  it('answers 503 UH for a cluster without endpoints', () => {
    const world = new World({ endpoints: [] });
    const reply = world.begin().reply();
    assert.equal(reply.status, 503);
    assert.equal(reply.body, 'no healthy upstream');
    assert.deepEqual(world.log[0]?.responseFlags, ['UH']);
  });

  it('answers 503 NC for a cluster that nobody knows', () => {
    const world = new World({ route: { route: { cluster: 'nowhere' } } });
    const reply = world.begin().reply();
    assert.deepEqual([reply.status, reply.flags, reply.details], [503, ['NC'], 'cluster_not_found']);
  });
});
