// Lua: an EnvoyFilter inserts a script that turns callers without a token away, and marks the others.
import { createMesh, meshFetch } from 'inmesh';
import { serve } from './support/serve.js';

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
metadata: { name: tokens }
spec:
  configPatches:
    - applyTo: HTTP_FILTER
      match: { context: SIDECAR_OUTBOUND }
      patch:
        operation: INSERT_FIRST
        value:
          name: tokens.lua
          typed_config:
            "@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua
            default_source_code:
              inline_string: |
                function envoy_on_request(handle)
                  if handle:headers():get("x-token") == nil then
                    handle:respond({[":status"] = "401"}, "token please")
                  end
                end
                function envoy_on_response(handle)
                  handle:headers():add("x-checked", "yes")
                end
`;
const mesh = await createMesh({ config: [{ yaml: services }, { yaml: rules }] });

for (const headers of [{}, { 'x-token': 'secret' }]) {
  const response = await meshFetch('http://reviews:9080/reviews/0', { headers });
  console.log(response.status, await response.text(), response.headers.get('x-checked'));
}
await mesh.close();
