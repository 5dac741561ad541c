import { strict as assert } from 'node:assert';
import { response, World } from '../engine/world.js';

describe('the way in of plain calls', () => {
  it('is looked for anew once a listener of their port is bound to an address, which no event tells', () => {
    let isBound = false;
    const world = new World({
      wrapView: (view) => ({ ...view, hasAddressListeners: () => isBound }),
      engine: { lookup: () => new Promise(() => {}) },
    });
    assert.equal(world.begin().call.next().kind, 'send');
    isBound = true;
    assert.equal(world.begin().call.next().kind, 'wait');
    isBound = false;
    assert.equal(world.begin().call.next().kind, 'send');
  });

  it('is another one when the view answers anew', () => {
    let isKnown = true;
    const world = new World({
      wrapView: (view) => ({
        ...view,
        routeConfiguration: (name) => (isKnown ? view.routeConfiguration(name) : undefined),
      }),
    });
    assert.equal(world.begin().sent().responded(response(200)), 'deliver');
    isKnown = false;
    assert.equal(world.begin().call.next().kind, 'send');
    world.changed({ routes: new Set(['80']) });
    assert.equal(world.begin().reply().status, 404);
  });
});
