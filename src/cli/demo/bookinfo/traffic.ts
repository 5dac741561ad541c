import type { Shop } from './shop.js';

/** How many visitors got their page so far. */
export interface Visitors {
  served: number;
  lost: number;
}

/**
 * Lets visitors come while `change` happens, jason and somebody else at a time: a rule that changes must not lose
 * one of them.
 */
export async function underTraffic(
  shop: Shop,
  visitors: Visitors,
  change: () => Promise<void>,
): Promise<void> {
  let running = true;
  const visit = async (user?: string): Promise<void> => {
    while (running) {
      await shop.browse(user).then(
        () => visitors.served++,
        () => visitors.lost++,
      );
    }
  };
  const visits = Promise.all([visit('jason'), visit()]);
  try {
    await change();
  } finally {
    running = false;
    await visits;
  }
}
