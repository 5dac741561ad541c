import dns from 'node:dns';
import sinon from 'sinon';

/** Names that end in `.test` are unknown at once, and no resolver is asked. */
export function stubLookup(): sinon.SinonStub {
  const { lookup } = dns;
  return sinon.stub(dns, 'lookup').callsFake(((host: string, ...rest: unknown[]) => {
    if (!host.endsWith('.test')) return (lookup as (...call: unknown[]) => void)(host, ...rest);
    const error = Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), {
      code: 'ENOTFOUND',
      hostname: host,
    });
    const callback = rest.at(-1) as (error: Error) => void;
    process.nextTick(callback, error);
  }) as typeof lookup);
}
