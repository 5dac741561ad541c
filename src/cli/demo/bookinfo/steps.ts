import type { Shop } from './shop.js';

/** One rule and what to ask to see its effect. */
export interface Step {
  readonly rule: string;
  /** The file that the rule replaces; rules of one name share it. */
  readonly as: string;
  readonly says: string;
  readonly questions: readonly Question[];
}

/** Asked many times over; the answer is who answered. */
export interface Question {
  readonly asker: string;
  readonly ask: (shop: Shop) => Promise<string>;
}

const page = (user?: string): Question['ask'] => {
  return async (shop) => (await shop.browse(user)).reviews.podname;
};
const call = (url: string): Question['ask'] => {
  return async (shop) => (await shop.call(url)).podname;
};

/** What the rules refer to: it goes first and shows nothing. */
export const base = { rule: '0-subsets.yaml', as: 'reviews.destination-rule.yaml' } as const;

export const steps: readonly Step[] = [
  {
    rule: '1-by-user.yaml',
    as: 'reviews.virtual-service.yaml',
    says: 'end-user: jason goes to reviews v2, everybody else to v3',
    questions: [
      { asker: 'jason', ask: page('jason') },
      { asker: 'anybody', ask: page() },
    ],
  },
  {
    rule: '2-by-path.yaml',
    as: 'bookinfo.virtual-service.yaml',
    says: 'bookinfo.com has two services behind it, by path',
    questions: [
      { asker: 'bookinfo.com/reviews/0', ask: call('http://bookinfo.com/reviews/0') },
      { asker: 'bookinfo.com/ratings/0', ask: call('http://bookinfo.com/ratings/0') },
    ],
  },
  {
    rule: '3-by-weight.yaml',
    as: 'reviews.virtual-service.yaml',
    says: '75 % stay on reviews v1, 25 % try v2',
    questions: [{ asker: 'anybody', ask: page() }],
  },
  {
    rule: '4-load-balancing.yaml',
    as: base.as,
    says: 'replicas by chance (RANDOM), but those of v2 in turn (ROUND_ROBIN)',
    questions: [{ asker: 'anybody', ask: page() }],
  },
];
