import { Readable } from 'node:stream';

/**
 * Callers of every kind: patient ones, ones that leave before the head or in the middle of the body, and ones that
 * send. What they get is none of our business here; that they are done is.
 */
export function createCallers(mesh) {
  const url = (i) => `http://${i % 3 === 0 ? 'steady' : 'rough'}.soak.test/items/${i}`;
  const options = (i) => ({ origin: new URL(url(i)).origin, path: `/items/${i}`, method: 'GET' });
  const callers = [
    async (i) => (await mesh.fetch(url(i))).text(),
    async (i) => (await mesh.fetch(url(i), { method: 'POST', body: `body ${i}` })).arrayBuffer(),
    async (i) => (await mesh.fetch(url(i))).body?.cancel(),
    async (i) => (await mesh.fetch(url(i), { signal: AbortSignal.timeout(i % 60) })).text(),
    async (i) => {
      const caller = new AbortController();
      const response = await mesh.fetch(url(i), { signal: caller.signal });
      caller.abort();
      await response.text();
    },
    async (i) => (await mesh.dispatcher.request(options(i))).body.text(),
    async (i) => (await mesh.dispatcher.request(options(i))).body.dump(),
    async (i) => {
      const { body } = await mesh.dispatcher.request(options(i));
      body.on('error', () => {}).destroy();
    },
    async (i) => {
      const body = Readable.from([`one ${i}`, 'two', 'three']);
      return (await mesh.dispatcher.request({ ...options(i), method: 'PUT', body })).body.text();
    },
    async (i) =>
      (
        await mesh.dispatcher.request({ ...options(i), signal: AbortSignal.timeout(1 + (i % 40)) })
      ).body.text(),
  ];
  return (i) => callers[i % callers.length](i);
}
