import type { IncomingMessage } from 'node:http';
import { type Handler, type Replica, startReplica } from './service.js';

/**
 * The services of Istio's Bookinfo, small but real: the page asks details and reviews, reviews v2 and v3 ask
 * ratings. Versions 1 and 2 of reviews have two replicas, so that there is something to balance.
 */
export async function startServices(): Promise<readonly Replica[]> {
  return Promise.all([
    start('productpage', 'v1', '', productpage),
    start('details', 'v1', '', details),
    start('reviews', 'v1', 'a', reviews()),
    start('reviews', 'v1', 'b', reviews()),
    start('reviews', 'v2', 'a', reviews('black')),
    start('reviews', 'v2', 'b', reviews('black')),
    start('reviews', 'v3', '', reviews('red')),
    start('ratings', 'v1', '', ratings),
  ]);
}

function start(service: string, version: string, replica: string, handler: Handler): Promise<Replica> {
  const name = [service, version, replica].filter((part) => part !== '').join('-');
  return startReplica({ service, version, name }, handler);
}

/** What the page shows of one book. */
export interface ProductPage {
  readonly details: { readonly podname: string };
  readonly reviews: Reviews;
}

export interface Reviews {
  readonly podname: string;
  /** Version 1 knows no stars, version 2 paints them black and version 3 red. */
  readonly color?: 'black' | 'red';
  readonly stars?: readonly number[];
}

const productpage: Handler = async (request, fetch) => {
  const headers = identityOf(request);
  const [detailsOf, reviewsOf] = await Promise.all(
    ['http://details:9080/details/0', 'http://reviews:9080/reviews/0'].map(async (url) =>
      (await fetch(url, { headers })).json(),
    ),
  );
  return { details: detailsOf, reviews: reviewsOf } as ProductPage;
};

const details: Handler = () => ({ title: 'The Comedy of Errors', author: 'William Shakespeare', year: 1595 });

const ratings: Handler = () => ({ ratings: { Reviewer1: 5, Reviewer2: 4 } });

function reviews(color?: 'black' | 'red'): Handler {
  return async (request, fetch) => {
    if (color === undefined) return {};
    const answer = await fetch('http://ratings:9080/ratings/0', { headers: identityOf(request) });
    const rated = (await answer.json()) as { ratings: Readonly<Record<string, number>> };
    return { color, stars: Object.values(rated.ratings) };
  };
}

/** Rules can only see who the user is if every service passes it on. */
function identityOf(request: IncomingMessage): Record<string, string> {
  const user = request.headers['end-user'];
  return typeof user === 'string' ? { 'end-user': user } : {};
}
