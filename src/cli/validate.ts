import { drawFinding, validateResource } from '@inmesh/config';
import type { ConfigError } from '@inmesh/model';
import { Command, Option } from 'commander';
import pico from 'picocolors';
import type { Io, SetStatus } from './io.js';
import { readRules } from './read-rules.js';

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
      const { resources, findings, skipped } = await readRules(paths);
      const all = [...findings, ...resources.flatMap((resource) => validateResource(resource))];
      if (output === 'json') io.stdout(JSON.stringify(all.map(findingAsData), null, 2));
      else {
        for (const finding of all) io.stdout(paint(finding, io));
        io.stderr(summary({ objects: resources.length, all, skipped }));
      }
      setStatus(all.some(isError) ? 1 : 0);
    });
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

function summary(rules: {
  objects: number;
  all: readonly ConfigError[];
  skipped: ReadonlyMap<string, number>;
}): string {
  const errors = rules.all.filter(isError).length;
  const kinds = [...rules.skipped].map(([kind, count]) => `${count} ${kind}`);
  const counts = [
    count(rules.objects, 'object'),
    count(errors, 'error'),
    count(rules.all.length - errors, 'warning'),
  ].join(', ');
  return kinds.length === 0 ? counts : `${counts}; not read: ${kinds.join(', ')}`;
}

const isError = ({ severity }: ConfigError): boolean => severity === 'error';
const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;
