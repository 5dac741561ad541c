// An unchanged application under the rules: node --import inmesh/register app.mjs
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { serve } from './support/serve.js';
import { writeFiles } from './support/write-files.js';

const folder = await writeFiles({
  'rules.yaml': `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: reviews }
spec:
  hosts: [reviews.default.svc.cluster.local]
  resolution: STATIC
  ports: [{ number: 80, name: http, protocol: HTTP }]
  endpoints:
    - { address: 127.0.0.1, ports: { http: ${await serve('v1')} }, labels: { version: v1 } }
    - { address: 127.0.0.1, ports: { http: ${await serve('v2')} }, labels: { version: v2 } }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: reviews }
spec:
  host: reviews
  subsets: [{ name: v1, labels: { version: v1 } }, { name: v2, labels: { version: v2 } }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews }
spec:
  hosts: [reviews]
  http:
    - match: [{ headers: { end-user: { exact: jason } } }]
      route: [{ destination: { host: reviews, subset: v2 } }]
    - route: [{ destination: { host: reviews, subset: v1 } }]
`,
});

// What a shell would say: INMESH_CONFIG=rules.yaml node --import inmesh/register app.mjs
const { stdout, stderr } = await promisify(execFile)(
  process.execPath,
  [...process.execArgv, '--import=inmesh/register', `${import.meta.dirname}/unchanged/app.mjs`],
  { env: { ...process.env, INMESH_CONFIG: `${folder}/rules.yaml` } },
);
console.log(`${stderr}${stdout}`.trimEnd());
