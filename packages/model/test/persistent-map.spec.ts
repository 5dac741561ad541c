import { strict as assert } from 'node:assert';
import { finish, PersistentMap } from '@inmesh/model';
import fc from 'fast-check';

describe('a persistent map', () => {
  const changes = fc.array(
    fc.tuple(fc.constantFrom('a', 'b', '__proto__', 'constructor'), fc.option(fc.nat(), { nil: undefined })),
  );

  it('holds after every sequence of changes what an ordinary map would hold, and never changes itself', () => {
    fc.assert(
      fc.property(fc.array(changes, { maxLength: 6 }), (steps) => {
        let map = new PersistentMap<number>();
        const ordinary = new Map<string, number>();
        for (const step of steps) {
          const before = map;
          const held = new Map(before);
          map = map.with(step);
          assert.deepEqual(new Map(finish(before.following(step))), new Map(map));
          for (const [key, value] of step) {
            if (value === undefined) ordinary.delete(key);
            else ordinary.set(key, value);
          }
          assert.deepEqual(new Map(map), ordinary);
          assert.deepEqual(new Map(before), held);
        }
      }),
    );
  });
});
