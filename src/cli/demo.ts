import { Command } from 'commander';
import type { Io } from './io.js';

const examples = `
Examples:
  $ inmesh demo bookinfo            four rules, one after the other, with who answered
  $ inmesh demo bookinfo --stay     goes on: edit a rule and watch what it does`;

/** `inmesh demo bookinfo`: rules at work on loopback, without anything to set up. */
export function createDemoCommand(io: Io): Command {
  const bookinfo = new Command('bookinfo')
    .description("Runs Istio's Bookinfo on loopback and applies rules to it while requests run.")
    .option('--stay', 'keep running and show what edited rules do', false)
    .addHelpText('after', examples)
    .action(async (options: { readonly stay: boolean }) => {
      const { runBookinfo } = await import('./demo/bookinfo/run-bookinfo.js');
      await runBookinfo(io, options);
    });
  return new Command('demo').description('Runs a demo on loopback.').addCommand(bookinfo);
}
