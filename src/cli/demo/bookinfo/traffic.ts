import type { Shop } from './shop.js';

/** What has become of the requests so far. */
export interface Traffic {
  readonly answered: number;
  readonly failed: number;
  /** Ends after the requests under way. */
  stop(): Promise<void>;
}

/** Visitors who never stop: two at a time, jason and somebody else. A rule that changes must not lose one of them. */
export function startTraffic(shop: Shop): Traffic {
  const counts = { answered: 0, failed: 0 };
  let running = true;
  const visit = async (user?: string): Promise<void> => {
    while (running) {
      await shop.browse(user).then(
        () => counts.answered++,
        () => counts.failed++,
      );
    }
  };
  const visitors = Promise.all([visit('jason'), visit()]);
  return {
    get answered() {
      return counts.answered;
    },
    get failed() {
      return counts.failed;
    },
    async stop() {
      running = false;
      await visitors;
    },
  };
}
