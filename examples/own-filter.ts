// A filter of your own in TypeScript: it counts calls per tenant, and an EnvoyFilter says where in the chain it stands.
import { createMesh, type FilterFactory, meshFetch } from 'inmesh';
import { serve } from './support/serve.js';

const calls = new Map<string, number>();

/** Made once per route: what it knows of one call it keeps by the call. */
const countTenants: FilterFactory = ({ own }) => {
  const { header = 'x-tenant' } = (own?.value ?? {}) as { header?: string };
  return {
    onRequest({ headers }) {
      const tenant = headers.get(header);
      if (tenant === undefined) {
        return { kind: 'reply', status: 400, flag: '', details: 'no_tenant', body: 'whose call is this?' };
      }
      calls.set(tenant, (calls.get(tenant) ?? 0) + 1);
      return 'continue';
    },
    onResponse({ headers }) {
      headers.set('x-counted', 'yes');
      return undefined;
    },
  };
};

const services = `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: reviews }
spec:
  hosts: [reviews.default.svc.cluster.local]
  resolution: STATIC
  ports: [{ number: 9080, name: http, protocol: HTTP }]
  endpoints:
    - { address: 127.0.0.1, ports: { http: ${await serve('reviews')} } }
`;
const rules = `
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: { name: tenants }
spec:
  configPatches:
    - applyTo: HTTP_FILTER
      match: { context: SIDECAR_OUTBOUND }
      patch:
        operation: INSERT_FIRST
        value:
          name: acme.tenants
          typed_config:
            "@type": type.googleapis.com/google.protobuf.Struct
            value: { header: x-team }
`;
const mesh = await createMesh({
  config: [{ yaml: services }, { yaml: rules }],
  filters: new Map([['acme.tenants', countTenants]]),
});

for (const team of ['red', 'blue', 'red']) {
  await meshFetch('http://reviews:9080/', { headers: { 'x-team': team } });
}
const nobody = await meshFetch('http://reviews:9080/');

console.log(Object.fromEntries(calls));
console.log(nobody.status, await nobody.text(), nobody.headers.get('x-counted'));
await mesh.close();
