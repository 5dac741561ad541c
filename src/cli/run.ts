import { Command, CommanderError } from 'commander';
import pico from 'picocolors';
import { createConfigCommand } from './config-dump.js';
import { createDemoCommand } from './demo.js';
import { createExplainCommand } from './explain.js';
import { createGatewayCommand } from './gateway.js';
import type { ExitStatus, Io, SetStatus } from './io.js';
import { createValidateCommand } from './validate.js';
import { createVersionCommand } from './version.js';

const examples = `
Examples:
  $ inmesh demo bookinfo                      rules at work, on loopback, in a few seconds
  $ inmesh validate mesh/                     what is wrong, with file, line and column
  $ inmesh explain http://reviews:9080/ -H 'end-user: jason' -f mesh/
                                              which rule decides, and why the ones before it do not
  $ inmesh config dump -f mesh/ -o yaml       what the rules mean in Envoy's words
  $ inmesh gateway -f edge/ --port 443=8443   an ingress gateway, on the spot`;

/** Runs one command line, without the program's own name. Resolves to the exit status; throws nothing. */
export async function run(argv: readonly string[], io: Io): Promise<ExitStatus> {
  let status: ExitStatus = 0;
  const program = createProgram(io, (next) => {
    status = next;
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return status;
  } catch (error) {
    // commander has said what it had to say, the help that was asked for included
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    io.stderr(`inmesh: ${error instanceof Error ? error.message : String(error)}`);
    return 2;
  }
}

function createProgram(io: Io, setStatus: SetStatus): Command {
  const program = new Command('inmesh')
    .description("Istio's traffic rules inside a Node process: tries, checks and explains them.")
    .addHelpText('after', examples)
    .helpCommand(true);
  for (const create of [
    createValidateCommand,
    createExplainCommand,
    createConfigCommand,
    createGatewayCommand,
    createDemoCommand,
    createVersionCommand,
  ])
    program.addCommand(create(io, setStatus));
  for (const command of [program, ...program.commands, ...program.commands.flatMap((c) => c.commands)])
    speakThrough(command, io);
  return program;
}

/** Commander writes to the process and ends it; here it writes to `io` and throws. */
function speakThrough(command: Command, io: Io): void {
  const { bold, red } = pico.createColors(io.colors);
  const line = (text: string): string => text.replace(/\n$/, '');
  command
    .exitOverride()
    .showHelpAfterError('(--help shows what there is)')
    .configureHelp({ styleTitle: bold })
    .configureOutput({
      writeOut: (text) => io.stdout(line(text)),
      writeErr: (text) => io.stderr(line(text)),
      outputError: (text, write) => write(red(text)),
      getOutHasColors: () => io.colors,
      getErrHasColors: () => io.colors,
    });
}
