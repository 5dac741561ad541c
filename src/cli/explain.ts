import { drawFinding } from '@inmesh/config';
import type { Explanation } from '@inmesh/engine';
import { Command, InvalidArgumentError, Option } from 'commander';
import { drawExplanation } from './draw-explanation.js';
import type { Io, SetStatus } from './io.js';
import { readRules } from './read-rules.js';
import { rulePosition } from './rule-position.js';
import { addWorkloadOptions, type WorkloadOptions, workloadFrom } from './workload-options.js';

interface ExplainOptions extends WorkloadOptions {
  readonly file: readonly string[];
  readonly method: string;
  readonly header: readonly (readonly [name: string, value: string])[];
  readonly output: 'text' | 'json';
}

const examples = `
Nothing is sent. Exit status: 0 when the request would go somewhere, 1 when the mesh itself would turn it away.

Examples:
  $ inmesh explain http://reviews:9080/reviews/0 -f mesh/
  $ inmesh explain http://reviews:9080/ -H 'end-user: jason' -f mesh/ --source app=productpage
  $ inmesh explain http://api.shop/orders -X POST -f 'mesh/*.yaml' --namespace shop -o json`;

/** `inmesh explain URL`: which rule decides, why the ones before it do not, and where the request would go. */
export function createExplainCommand(io: Io, setStatus: SetStatus): Command {
  return addWorkloadOptions(
    new Command('explain')
      .description('Says which rule a request meets, why not the others, and where it would go.')
      .argument('<url>', 'where the request would be sent')
      .requiredOption('-f, --file <files...>', 'files, directories or patterns with the rules')
      .option('-X, --method <method>', 'its method', 'GET')
      .addOption(
        new Option('-H, --header <line>', 'a header line: "name: value"; may be repeated')
          .argParser(collectHeader)
          .default([], 'none'),
      ),
  )
    .addOption(
      new Option('-o, --output <form>', 'form of the answer').choices(['text', 'json']).default('text'),
    )
    .addHelpText('after', examples)
    .action(async (url: string, options: ExplainOptions) => {
      const { createMesh } = await import('../create-mesh.js');
      const { resources } = await readRules(options.file);
      const mesh = await createMesh({ config: [...options.file], workload: workloadFrom(options) });
      try {
        for (const finding of mesh.status().findings)
          if (finding.severity === 'error') io.stderr(drawFinding(finding));
        const explanation = mesh.explain({ url, method: options.method, headers: options.header });
        const sourceOf = (source: Readonly<Record<string, unknown>> | undefined) =>
          rulePosition(source, resources);
        if (options.output === 'json') {
          const routes = explanation.routes.map((route) => ({ ...route, source: sourceOf(route.source) }));
          io.stdout(JSON.stringify({ ...explanation, routes }, null, 2));
        } else {
          const request = `${options.method} ${url}`;
          for (const line of drawExplanation(request, explanation, { sourceOf, io })) io.stdout(line);
        }
        setStatus(isTurnedAway(explanation) ? 1 : 0);
      } finally {
        await mesh.close();
      }
    });
}

/** By lack of a route, a cluster or an endpoint; what a rule itself answers has no flag. */
function isTurnedAway({ action, reply }: Explanation): boolean {
  return action === 'none' || (reply !== undefined && reply.flag !== '');
}

function collectHeader(
  line: string,
  before: readonly (readonly [string, string])[],
): readonly (readonly [string, string])[] {
  const colon = line.indexOf(':');
  if (colon < 1) throw new InvalidArgumentError(`"${line}" is not "name: value".`);
  return [...before, [line.slice(0, colon).trim(), line.slice(colon + 1).trim()]];
}
