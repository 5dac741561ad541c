import type { ExplainedEndpoint, ExplainedRoute, Explanation } from '@inmesh/engine';
import { parseClusterName } from '@inmesh/model';
import pico from 'picocolors';
import { drawColumns } from './columns.js';
import type { Io } from './io.js';
import type { RulePosition } from './rule-position.js';

type SourceOf = (source: ExplainedRoute['source']) => RulePosition | undefined;

/** A decision as a person reads it: from the rules that were tried to the endpoints that may answer. */
export function drawExplanation(
  request: string,
  explanation: Explanation,
  { sourceOf, io }: { sourceOf: SourceOf; io: Io },
): string[] {
  const { bold } = pico.createColors(io.colors);
  return [
    bold(request),
    '',
    ...drawColumns(facts(explanation)),
    ...section('rules, in order', drawRoutes(explanation.routes, sourceOf, io), io),
    ...section('endpoints', drawEndpoints(explanation.endpoints, io), io),
    ...section('notes', explanation.notes, io),
  ];
}

function section(title: string, lines: readonly string[], { colors }: Io): string[] {
  if (lines.length === 0) return [];
  return ['', pico.createColors(colors).bold(title), ...lines.map((line) => `  ${line}`)];
}

/** What was decided, a fact a line; what does not apply is left out. */
function facts(explanation: Explanation): string[][] {
  const { listener, routeConfiguration, virtualHost, upstreamPath, upstreamAuthority, timeoutMs, retries } =
    explanation;
  const rows: [name: string, value: string | undefined][] = [
    ['listener', listener],
    ['routes', routeConfiguration],
    ['virtual host', virtualHost],
    ['action', drawAction(explanation)],
    ...drawClusters(explanation).map((cluster): [string, string] => ['cluster', cluster]),
    ['path', upstreamPath],
    ['authority', upstreamAuthority],
    ['timeout', timeoutMs === undefined ? undefined : timeoutMs === 0 ? 'none' : `${timeoutMs} ms`],
    ['retries', retries && drawRetries(retries)],
  ];
  return rows.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
}

function drawAction({ action, reply }: Explanation): string {
  if (reply === undefined) return action;
  const flag = reply.flag === '' ? '' : `, flag ${reply.flag}`;
  return `${action === 'none' ? 'refused' : action}: ${reply.status} (${reply.details}${flag})`;
}

/** The cluster in Istio's words, with its share where the route splits. */
function drawClusters({ cluster, clusters }: Explanation): string[] {
  if (clusters.length === 0) return cluster === undefined ? [] : [drawCluster(cluster)];
  return clusters.map(({ name, percent, found }) =>
    [
      clusters.length > 1 ? `${percent} % ` : '',
      drawCluster(name),
      found ? '' : '  (there is no such cluster)',
    ].join(''),
  );
}

function drawCluster(name: string): string {
  const parsed = parseClusterName(name);
  if (parsed === undefined) return name;
  const subset = parsed.subset === '' ? '' : `, subset ${parsed.subset}`;
  return `${name}  (${parsed.host}, port ${parsed.port}${subset})`;
}

function drawRetries({ on, attempts, perTryTimeoutMs }: NonNullable<Explanation['retries']>): string {
  const each = perTryTimeoutMs === undefined ? '' : `, ${perTryTimeoutMs} ms each`;
  return `up to ${attempts}${each}, on ${on}`;
}

function drawRoutes(routes: readonly ExplainedRoute[], sourceOf: SourceOf, { colors }: Io): string[] {
  const { green, red, dim } = pico.createColors(colors);
  const rows = routes.map(({ name, matched, reason, source }) => {
    const rule = sourceOf(source);
    const title = rule === undefined ? name : `${rule.resource} ${rule.path}`;
    return [matched ? green('✓') : red('✗'), title, dim(drawPosition(rule)), matched ? '' : (reason ?? '')];
  });
  return drawColumns(rows);
}

function drawPosition(rule: RulePosition | undefined): string {
  if (rule?.position === undefined) return '';
  const { source, line, column } = rule.position;
  return `${source}:${line}:${column}`;
}

function drawEndpoints(endpoints: readonly ExplainedEndpoint[], { colors }: Io): string[] {
  const { green, red } = pico.createColors(colors);
  const rows = endpoints.map(({ address, weight, priority, locality, eligible, reason }) => [
    eligible ? green('✓') : red('✗'),
    address,
    `weight ${weight}`,
    priority === 0 ? '' : `priority ${priority}`,
    locality,
    eligible ? '' : (reason ?? ''),
  ]);
  return drawColumns(rows);
}
