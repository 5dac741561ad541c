import { drawFinding } from '@inmesh/config';
import type { ConfigError } from '@inmesh/model';
import { Command, InvalidArgumentError, Option } from 'commander';
import pico from 'picocolors';
import { drawListeners } from './draw-listeners.js';
import type { Io, SetStatus } from './io.js';
import { readRules } from './read-rules.js';
import { selectorOfAll } from './selector-of-all.js';
import { parseLabels } from './workload-options.js';

interface GatewayCommandOptions {
  readonly file: readonly string[];
  readonly namespace: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly port: Readonly<Record<number, number>>;
  readonly address: string;
  readonly credentials?: string;
  readonly accessLog?: boolean;
  readonly grace: number;
}

const examples = `
A Gateway whose tls block says "credentialName: shop-cert" finds its certificate in a Secret of that name among the
rules, or in the files shop-cert/tls.crt and shop-cert/tls.key below --credentials. Rules and certificates are read
again when they change; connections stay. SIGTERM and Ctrl-C let requests end, for --grace seconds at most.

Exit status: 0 when it was asked to end, 1 when nothing at all could be served, 2 when a path cannot be read.

Examples:
  $ inmesh gateway -f edge/                         every server of every Gateway below edge/
  $ inmesh gateway -f edge/ --port 443=8443 --credentials certs/
                                                    without privileges: 8443 stands for 443
  $ inmesh gateway -f edge/ -l app=my-gateway-controller -n istio-system
                                                    the Gateways that select this workload
  $ curl -k --resolve shop.example.com:8443:127.0.0.1 https://shop.example.com:8443/`;

/** `inmesh gateway -f FILES…`: serves the Gateways among the rules until it is told to end. */
export function createGatewayCommand(io: Io, setStatus: SetStatus): Command {
  return new Command('gateway')
    .description('Serves the Gateways among the rules: an ingress or egress gateway in this process.')
    .requiredOption('-f, --file <files...>', 'files, directories or patterns with the rules')
    .option('-n, --namespace <name>', 'namespace of the gateway, and of its Secrets', 'default')
    .option(
      '-l, --labels <labels>',
      'its labels: app=web,version=v1 (default: what the Gateways select)',
      parseLabels,
    )
    .addOption(
      new Option('-p, --port <from=to...>', 'listen on another port than the Gateway names: 443=8443')
        .argParser(collectPort)
        .default({}, 'its own'),
    )
    .option('-a, --address <ip>', 'listen on this address alone', '0.0.0.0')
    .option(
      '-c, --credentials <dir>',
      'certificates by credentialName: <dir>/<name>/tls.crt, tls.key, ca.crt',
    )
    .option('--access-log', 'write a line for each request, in the format of Istio')
    .option('--grace <seconds>', 'how long requests may take to end', parseSeconds, 30)
    .addHelpText('after', examples)
    .action((options: GatewayCommandOptions) => serve(options, io, setStatus));
}

async function serve(options: GatewayCommandOptions, io: Io, setStatus: SetStatus): Promise<void> {
  const { createMesh } = await import('../create-mesh.js');
  const { createGateway } = await import('../gateway/create-gateway.js');
  const { resources } = await readRules(options.file);
  const gateways = resources.filter((one) => one.kind === 'Gateway');
  const labels = options.labels ?? selectorOfAll(gateways);
  const mesh = await createMesh({
    config: [...options.file],
    workload: { type: 'router', name: 'gateway', namespace: options.namespace, labels },
    ...(options.accessLog === true && { accessLog: 'text' as const }),
  });
  try {
    const gateway = await createGateway(mesh, {
      address: options.address,
      ports: options.port,
      ...(options.credentials !== undefined && { credentials: options.credentials }),
    });
    const told = new Set<string>();
    const tell = (): void => {
      const findings = [...mesh.status().findings, ...gateway.findings()];
      for (const finding of findings) tellOnce(finding, told, io);
      for (const line of drawListeners(gateway.listeners(), { gateways, labels, io })) io.stderr(line);
    };
    tell();
    gateway.events.on('changed', tell);
    mesh.events.on('rejected', (finding) => tellOnce(finding, told, io));
    if (gateway.listeners().some(({ error }) => error === undefined)) await aborted(io.signal);
    else setStatus(1);
    if (gateway.connections > 0) io.stderr(`ending: ${gateway.connections} connections`);
    await gateway.close({ graceMs: options.grace * 1000 });
  } finally {
    await mesh.close({ graceMs: 0 });
  }
}

/** Of a change that repeats what is known nobody wants to hear. */
function tellOnce(finding: ConfigError, told: Set<string>, io: Io): void {
  const text = drawFinding(finding);
  if (told.has(text)) return;
  told.add(text);
  const { red, yellow } = pico.createColors(io.colors);
  io.stderr(finding.severity === 'error' ? red(text) : yellow(text));
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  // Sockets that wait for clients hold the process.
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

function collectPort(
  text: string,
  before: Readonly<Record<number, number>>,
): Readonly<Record<number, number>> {
  const [, from, to] = /^(\d+)[=:](\d+)$/.exec(text) ?? [];
  if (from === undefined || to === undefined || Number(from) > 65_535 || Number(to) > 65_535)
    throw new InvalidArgumentError(`"${text}" is not from=to: 443=8443.`);
  return { ...before, [Number(from)]: Number(to) };
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!Number.isFinite(seconds) || seconds < 0)
    throw new InvalidArgumentError(`"${text}" is no number of seconds.`);
  return seconds;
}
