import { once } from 'node:events';
import { join } from 'node:path';
import { drawFinding } from '@inmesh/config';
import pico from 'picocolors';
import { drawColumns } from '../../columns.js';
import type { Io } from '../../io.js';
import { collectAnswers, sharesOf, turnsOf } from './answers.js';
import { Shop } from './shop.js';
import { base, type Question, type Step, steps } from './steps.js';
import { underTraffic, type Visitors } from './traffic.js';

/** Enough to tell 75 % from 50 %, few enough to be over in a moment. */
const questionsPerStep = 100;
/** How many turns of the replicas are shown. */
const shownTurns = 16;

/**
 * Applies the rules of `examples/bookinfo` one after the other while requests run, and shows after each who
 * answers now. With `stay` it goes on until `io.signal` and shows what an edited rule does.
 */
export async function runBookinfo(io: Io, { stay }: { stay: boolean }): Promise<void> {
  const shop = await Shop.open();
  const visitors: Visitors = { served: 0, lost: 0 };
  try {
    await shop.apply(base.rule, base.as);
    io.stdout('Bookinfo: productpage, details, ratings and three versions of reviews, on loopback.');
    for (const [index, step] of steps.entries()) {
      await underTraffic(shop, visitors, () => shop.apply(step.rule, step.as));
      io.stdout('');
      await showStep(step, index + 1, { shop, io });
    }
    io.stdout('');
    io.stdout(`${visitors.served} visitors came while the rules changed; ${visitors.lost} were turned away.`);
    if (stay) await showEdits(shop, io);
    else io.stdout('Try it yourself: inmesh demo bookinfo --stay');
  } finally {
    await shop.close();
  }
  if (visitors.lost > 0) throw new Error(`${visitors.lost} requests failed`);
}

async function showStep(step: Step, number: number, { shop, io }: { shop: Shop; io: Io }): Promise<void> {
  const { bold, dim } = pico.createColors(io.colors);
  io.stdout(`${bold(`${number}. ${step.says}`)}  ${dim(step.rule)}`);
  await showAnswers(step.questions, { shop, io });
}

async function showAnswers(
  questions: readonly Question[],
  { shop, io }: { shop: Shop; io: Io },
): Promise<void> {
  const rows: string[][] = [];
  for (const question of questions) {
    const answers = await collectAnswers(question, shop, questionsPerStep);
    for (const [version, share] of sharesOf(answers)) {
      const turns = turnsOf(version, answers).slice(0, shownTurns).join(' ');
      rows.push([`   ${question.asker}`, paintVersion(version, io), drawShare(share), turns]);
    }
  }
  for (const line of drawColumns(rows)) io.stdout(line);
}

/** Waits for edits and asks again after each, until the user leaves. */
async function showEdits(shop: Shop, io: Io): Promise<void> {
  const { bold, red } = pico.createColors(io.colors);
  io.stdout('');
  io.stdout(`The page:   ${shop.url}   (curl -H 'end-user: jason' ${shop.url})`);
  io.stdout(`Edit this:  ${bold(join(shop.folder, 'reviews.virtual-service.yaml'))}`);
  io.stdout('Its effect shows here as soon as the file is saved. Ctrl-C ends the demo.');
  shop.onRejected((error) => {
    io.stdout('');
    io.stdout(`${red('Refused, so the last good version stays:')} ${drawFinding(error)}`);
  });
  const left = once(io.signal, 'abort');
  while (!io.signal.aborted) {
    await Promise.race([shop.changed(), left]);
    if (io.signal.aborted) return;
    io.stdout('');
    io.stdout(bold('The rules changed:'));
    await showAnswers(everybody, { shop, io });
  }
}

const everybody: readonly Question[] = [
  { asker: 'jason', ask: async (shop) => (await shop.browse('jason')).reviews.podname },
  { asker: 'anybody', ask: async (shop) => (await shop.browse()).reviews.podname },
];

/** v1 has no stars, v2 has black ones and v3 red ones, as on the page. */
function paintVersion(version: string, { colors }: Io): string {
  const { bold, red } = pico.createColors(colors);
  if (version === 'reviews-v2') return bold(`${version} ★★★★★`);
  if (version === 'reviews-v3') return red(`${version} ★★★★★`);
  return version;
}

function drawShare(share: number): string {
  const bar = '█'.repeat(Math.round(share * 20)).padEnd(20, '·');
  return `${bar} ${`${Math.round(share * 100)} %`.padStart(5)}`;
}
