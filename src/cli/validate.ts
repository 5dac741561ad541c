import { createConfigClient, drawFinding, fileSource } from '@inmesh/config';
import { ConfigError, type ResourceSnapshot, resourceKey } from '@inmesh/model';
import { Command, Option } from 'commander';
import pico from 'picocolors';
import type { Io, SetStatus } from './io.js';
import { loadFindings } from './load-findings.js';

interface ValidateOptions {
  readonly output: 'table' | 'json';
}

const examples = `
Exit status: 0 when nothing is refused, 1 when something is, 2 when a path cannot be read.

Examples:
  $ inmesh validate mesh/                     every .yaml, .yml and .json below mesh/
  $ inmesh validate 'mesh/**/*.yaml'          a pattern
  $ inmesh validate rules.yaml -o json | jq   for a program`;

/** `inmesh validate FILES…`: what Istio's admission would refuse or advise against, and what we do not honour. */
export function createValidateCommand(io: Io, setStatus: SetStatus): Command {
  return new Command('validate')
    .description('Checks rules as Istio does at admission, and says what would not be honoured.')
    .argument('<files...>', 'files, directories or patterns')
    .addOption(
      new Option('-o, --output <form>', 'form of the findings').choices(['table', 'json']).default('table'),
    )
    .addHelpText('after', examples)
    .action(async (paths: readonly string[], { output }: ValidateOptions) => {
      const { objects, skipped, findings } = await validate(paths);
      if (output === 'json') io.stdout(JSON.stringify(findings.map(findingAsData), null, 2));
      else {
        for (const finding of findings) io.stdout(paint(finding, io));
        io.stderr(summary({ objects, findings, skipped }));
      }
      setStatus(findings.some(isError) ? 1 : 0);
    });
}

interface Verdict {
  readonly objects: number;
  /** Objects of kinds that inmesh does not read, counted. */
  readonly skipped: ReadonlyMap<string, number>;
  /** In the order of files and lines. */
  readonly findings: readonly ConfigError[];
}

/** Everything that is told of the rules when a mesh loads them, whoever loads them. */
async function validate(paths: readonly string[]): Promise<Verdict> {
  const client = createConfigClient({ sources: paths.map((path) => fileSource(path)) });
  try {
    await client.ready;
    const { sources, findings } = client.status();
    const atLoad = await loadFindings(client.snapshot);
    const skipped = new Map<string, number>();
    for (const source of sources)
      for (const [kind, n] of source.skipped) skipped.set(kind, (skipped.get(kind) ?? 0) + n);
    return {
      objects: sources.reduce((sum, { resources }) => sum + resources, 0),
      skipped,
      findings: inOrder([...findings, ...atLoad.map((finding) => withLine(finding, client.snapshot))]),
    };
  } finally {
    await client.close();
  }
}

/** File by file, each from its top to its bottom. */
function inOrder(findings: readonly ConfigError[]): readonly ConfigError[] {
  return findings.toSorted(({ position: a }, { position: b }) =>
    a.source === b.source ? a.line - b.line || a.column - b.column : a.source < b.source ? -1 : 1,
  );
}

/** The compiler knows the place, but not what is written there. */
function withLine(finding: ConfigError, snapshot: ResourceSnapshot): ConfigError {
  const { code, reason, severity, position, path, resource: key } = finding;
  const owner = (['EnvoyFilter', 'Gateway'] as const)
    .flatMap((kind) => snapshot.list(kind))
    .find((resource) => resourceKey(resource) === key);
  const sourceLine = owner?.origin.lineText?.(position.line);
  if (sourceLine === undefined || key === undefined || path === undefined) return finding;
  return new ConfigError(code, reason, { severity, position, resource: key, path, sourceLine });
}

/** For programs: the position's fields beside the message. */
function findingAsData({ code, reason, severity, position, resource, path }: ConfigError): object {
  return { severity, code, message: reason, ...position, resource, path };
}

/** The place and the message in the colour of how bad it is; the drawing below as it is. */
function paint(finding: ConfigError, { colors }: Io): string {
  const { red, yellow, dim } = pico.createColors(colors);
  const [head = '', ...drawing] = drawFinding(finding).split('\n');
  return [isError(finding) ? red(head) : yellow(head), ...drawing.map(dim)].join('\n');
}

function summary({ objects, findings, skipped }: Verdict): string {
  const errors = findings.filter(isError).length;
  const kinds = [...skipped].map(([kind, n]) => `${n} ${kind}`);
  const counts = [
    count(objects, 'object'),
    count(errors, 'error'),
    count(findings.length - errors, 'warning'),
  ].join(', ');
  return kinds.length === 0 ? counts : `${counts}; not read: ${kinds.join(', ')}`;
}

const isError = ({ severity }: ConfigError): boolean => severity === 'error';
const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;
