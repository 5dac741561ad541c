/**
 * The function with a memory that goes by the identity of its argument, so that equal objects in give the same
 * object out. Forgets what nobody holds any longer.
 */
export function remember<K extends object, V>(make: (key: K) => V): (key: K) => V {
  const memory = new WeakMap<K, { readonly value: V }>();
  return (key) => {
    let known = memory.get(key);
    if (known === undefined) {
      known = { value: make(key) };
      memory.set(key, known);
    }
    return known.value;
  };
}
