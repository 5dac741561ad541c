import { strict as assert } from 'node:assert';
import { readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { CaptureKind } from '@inmesh/capture';
import { makeCertificates } from '../../examples/support/certificates.js';
import { closeAll, meshOf, rules, service, upstream } from '../mesh/support.js';
import { type Client, clients } from './clients.js';
import { stubLookup } from './stub-lookup.js';

const page = 'README.md';
const begin = '<!-- captured clients: measured by test/capture/table.spec.ts -->';
const end = '<!-- end of captured clients -->';

const kinds = ['fetch', 'http', 'http-agents'] as const satisfies readonly CaptureKind[];

/** The least that must be installed so that a call arrives; `undefined`: nothing of ours takes it. */
type Needed = (make: (kind: CaptureKind) => Promise<boolean>) => Promise<CaptureKind | undefined>;
const leastOf: Needed = async (arrives) => {
  for (const kind of kinds) if (await arrives(kind)) return kind;
  return undefined;
};

describe('which client is captured how', function () {
  this.timeout(60_000);
  let lookup: ReturnType<typeof stubLookup>;
  before(() => {
    lookup = stubLookup();
  });
  after(async () => {
    lookup.restore();
    await closeAll();
  });

  it('stands in the README as it was measured', async () => {
    const { ca, server } = await makeCertificates('secure.test', 'client.test');
    const plain = await upstream('plain');
    const secure = await upstream('secure', { tls: server });
    const route = (host: string): string => rules(host, `[{route: [{destination: {host: ${host}}}]}]`);
    const mesh = await meshOf(
      [
        service('plain.test', [plain]),
        route('plain.test'),
        service('secure.test', [secure], { protocol: 'HTTPS', port: 443 }),
        route('secure.test'),
      ].join(''),
      { tls: { ca } },
    );
    const arrives =
      (client: Client, url: string, agent: () => http.Agent | undefined) =>
      async (kind: CaptureKind): Promise<boolean> => {
        mesh.install({ kinds: [kind] });
        const own = agent();
        try {
          const { status } = await client.call(url, own === undefined ? {} : { agent: own });
          return status === 200;
        } catch {
          return false;
        } finally {
          own?.destroy();
          mesh.uninstall();
        }
      };
    const none = (): undefined => undefined;
    const lines = ['| client | `http:` | `https:` | with an Agent of its own |', '| --- | --- | --- | --- |'];
    for (const [name, client] of Object.entries(clients)) {
      const cells = [
        await leastOf(arrives(client, 'http://plain.test/', none)),
        await leastOf(arrives(client, 'https://secure.test/', none)),
      ];
      const own = client.takesAgent
        ? [
            await leastOf(arrives(client, 'http://plain.test/', () => new http.Agent())),
            await leastOf(arrives(client, 'https://secure.test/', () => new https.Agent())),
          ]
        : undefined;
      if (own !== undefined) assert.equal(own[0], own[1], `${name} with its own Agent`);
      const shown = own === undefined ? 'takes none' : (own[0] ?? 'no');
      lines.push(`| ${name} | ${cells.map((cell) => cell ?? 'no').join(' | ')} | ${shown} |`);
    }
    const text = readFileSync(page, 'utf8');
    const from = text.indexOf(begin) + begin.length;
    const to = text.indexOf(end);
    const table = `\n${lines.join('\n')}\n`;
    if (process.env.UPDATE_TABLE === '1') writeFileSync(page, text.slice(0, from) + table + text.slice(to));
    // Newer lines of undici need newer lines of Node, and are measured there.
    else
      for (const line of lines)
        assert.ok(text.slice(from, to).includes(line), `${line} is not in ${page}: UPDATE_TABLE=1 writes it`);
  });
});
