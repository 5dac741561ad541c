import { Duplex, pipeline } from 'node:stream';

/** What a body passes on its way: several transforms as one, in their order. `undefined`: it goes as it is. */
export function asOne(transforms: readonly (() => Duplex)[] | undefined): (() => Duplex) | undefined {
  if (transforms === undefined || transforms.length < 2) return transforms?.[0];
  return () => inSeries(transforms.map((make) => make()));
}

/** One stream that passes what is written to it through all of them. */
function inSeries(streams: readonly Duplex[]): Duplex {
  const [first, last] = [streams[0], streams.at(-1)];
  if (first === undefined || last === undefined) return Duplex.from('');
  const joined = Duplex.from({ writable: first, readable: last });
  pipeline(streams, (error) => {
    if (error) joined.destroy(error);
  });
  return joined;
}
