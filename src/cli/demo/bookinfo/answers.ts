import type { Shop } from './shop.js';
import type { Question } from './steps.js';

/** Who answered, in order. */
export async function collectAnswers(
  { ask }: Question,
  shop: Shop,
  times: number,
): Promise<readonly string[]> {
  const answers: string[] = [];
  for (let i = 0; i < times; i++) answers.push(await ask(shop));
  return answers;
}

/** The share of each version: `reviews-v2` for `reviews-v2-a` and `reviews-v2-b`. */
export function sharesOf(answers: readonly string[]): ReadonlyMap<string, number> {
  const shares = new Map<string, number>();
  for (const answer of [...answers].sort()) {
    const version = versionOf(answer);
    shares.set(version, (shares.get(version) ?? 0) + 1 / answers.length);
  }
  return shares;
}

/** The replicas of one version in the order in which they answered: `a b a b`. */
export function turnsOf(version: string, answers: readonly string[]): readonly string[] {
  return answers
    .filter((answer) => versionOf(answer) === version && answer !== version)
    .map((answer) => answer.slice(version.length + 1));
}

const versionOf = (answer: string): string => answer.replace(/-[a-z]$/, '');
