import { isDeepStrictEqual } from 'node:util';
import type { Resource } from '@inmesh/model';

/** Whether two resources differ in nothing but the place where they are written. */
export function saysTheSame(a: Resource, b: Resource): boolean {
  const { origin: _originOfA, ...left } = a;
  const { origin: _originOfB, ...right } = b;
  return isDeepStrictEqual(left, right);
}
