import { strict as assert } from 'node:assert';
import type { ContextOptions } from '../../src/context/context-options.js';
import { createHostLists } from '../../src/context/host-lists.js';

describe('lists of headers per host', () => {
  const names = ['end-user', 'authorization', 'x-lane-color'];
  const allowed = (options: ContextOptions, host: string): string[] => {
    const list = createHostLists(options, (known) => known.endsWith('.mesh')).of(host);
    return names.filter((name) => list?.has(name));
  };

  it('are the usual one for hosts that the rules know, and none for others', () => {
    assert.deepEqual(allowed({}, 'reviews.mesh'), ['end-user']);
    assert.deepEqual(allowed({}, 'stranger.test'), []);
  });

  it('are taken in any case, and a star stands for all that begin so', () => {
    assert.deepEqual(allowed({ headers: ['X-Lane-*', 'Authorization'] }, 'Reviews.Mesh'), [
      'authorization',
      'x-lane-color',
    ]);
  });

  it('are those of the exact name, else of the longest suffix, else of everybody', () => {
    const hosts = {
      'a.b.test': ['authorization'],
      '*.b.test': ['x-lane-color'],
      '*.test': ['end-user'],
      '*': [],
    };
    assert.deepEqual(allowed({ hosts }, 'a.b.test'), ['authorization']);
    assert.deepEqual(allowed({ hosts }, 'c.b.test'), ['x-lane-color']);
    assert.deepEqual(allowed({ hosts }, 'b.test'), ['end-user']);
    assert.deepEqual(allowed({ hosts }, 'reviews.mesh'), []);
  });

  it('keep of a request what any host may get, and nothing else', () => {
    const { any } = createHostLists({ headers: ['end-user'], hosts: { 'a.test': ['x-lane-*'] } }, () => true);
    assert.deepEqual(
      names.filter((name) => any.has(name)),
      ['end-user', 'x-lane-color'],
    );
  });

  it('take names that objects have by themselves for hosts like any other', () => {
    for (const host of ['constructor', '__proto__', 'toString']) assert.deepEqual(allowed({}, host), []);
  });
});
