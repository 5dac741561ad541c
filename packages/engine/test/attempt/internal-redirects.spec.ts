import { strict as assert } from 'node:assert';
import type { InternalRedirectPolicy, Route } from '@inmesh/model';
import { head, response, World } from '../engine/world.js';

const there = 'http://other.test:8080/there?q=1#part';

function worldOf(policy: InternalRedirectPolicy, there: Partial<Route> = {}): World {
  const route = { cluster: 'shop', internalRedirectPolicy: policy };
  return new World({
    virtualHost: {
      routes: [
        { name: 'there', match: { prefix: '/there' }, route, ...there },
        { name: 'here', match: { prefix: '/here' }, route },
      ],
    },
  });
}

/** One call to `/here` whose first response points elsewhere. */
function redirected(world: World, status = 302, location = there, method = 'GET') {
  const talk = world.begin({
    head: head({ path: '/here', method }),
    body: method === 'GET' ? 'none' : 'replayable',
  });
  const send = talk.sent();
  const outcome = send.responded(response(status, ['location', location, 'x-token', '7']));
  return { talk, outcome, send };
}

describe('an internal redirect', () => {
  it('sends the call on without the caller seeing it, and says where it came from', () => {
    const { talk, outcome } = redirected(worldOf({ responseHeadersToCopy: ['X-Token'] }));
    assert.equal(outcome, 'again');
    const { head: sent } = talk.sent();
    assert.deepEqual([sent.authority, sent.path], ['other.test:8080', '/there?q=1']);
    assert.equal(sent.headers.get('x-envoy-original-url'), 'http://shop.test/here');
    assert.equal(sent.headers.get('x-token'), '7');
  });

  it('takes the way of its new route, filters and mutations included', () => {
    const world = worldOf({}, { requestHeadersToAdd: [{ header: { key: 'x-route', value: 'there' } }] });
    const { talk } = redirected(world);
    assert.equal(talk.sent().head.headers.get('x-route'), 'there');
    const direct = worldOf({}, { directResponse: { status: 418 } });
    const answered = redirected(direct).talk;
    assert.equal(answered.reply().status, 418);
  });

  it('is followed as often as the policy says, and then shown', () => {
    for (const [policy, times] of [
      [{}, 1],
      [{ maxInternalRedirects: 2 }, 2],
    ] as const) {
      const { talk } = redirected(worldOf(policy));
      const outcomes = Array.from({ length: times }, () =>
        talk.sent().responded(response(302, ['location', there])),
      );
      assert.equal(outcomes.at(-1), 'deliver');
    }
  });

  it('is only followed for the codes of the policy, to absolute addresses that have a route', () => {
    assert.equal(redirected(worldOf({}), 301).outcome, 'deliver');
    assert.equal(redirected(worldOf({ redirectResponseCodes: [301] }), 301).outcome, 'again');
    assert.equal(redirected(worldOf({}), 302, '/there').outcome, 'deliver');
    assert.equal(redirected(worldOf({}), 302, 'http://other.test/nowhere').outcome, 'deliver');
  });

  it('leaves the call as it was when it is not followed', () => {
    const predicates = [{ name: 'envoy.internal_redirect_predicates.unknown' }];
    for (const location of ['http://other.test/nowhere', there]) {
      const world = worldOf({ predicates });
      const { send } = redirected(world, 302, location);
      assert.deepEqual([send.head.authority, send.head.path], ['shop.test', '/here']);
      send.ended('complete');
      const [entry] = world.log;
      assert.deepEqual(
        [entry?.routeName, entry?.upstreamCluster, entry?.responseCode, entry?.attempts],
        ['here', 'shop', 302, 1],
      );
    }
  });

  it('changes from http to https only when the policy allows it', () => {
    const secure = 'https://other.test/there';
    assert.equal(redirected(worldOf({}), 302, secure).outcome, 'deliver');
    assert.equal(redirected(worldOf({ allowCrossSchemeRedirect: true }), 302, secure).outcome, 'again');
    const predicates = [{ name: 'envoy.internal_redirect_predicates.safe_cross_scheme' }];
    assert.equal(
      redirected(worldOf({ allowCrossSchemeRedirect: true, predicates }), 302, secure).outcome,
      'deliver',
    );
  });

  it('goes by the names of routes where predicates say so', () => {
    const only = (name: string): InternalRedirectPolicy => ({
      predicates: [
        {
          name: 'envoy.internal_redirect_predicates.allow_listed_routes',
          typedConfig: { '@type': 'x', allowedRouteNames: [name] },
        },
      ],
    });
    assert.equal(redirected(worldOf(only('there'))).outcome, 'again');
    assert.equal(redirected(worldOf(only('elsewhere'))).outcome, 'deliver');
    const once: InternalRedirectPolicy = {
      maxInternalRedirects: 5,
      predicates: [{ name: 'envoy.internal_redirect_predicates.previous_routes' }],
    };
    const { talk } = redirected(worldOf(once));
    assert.equal(talk.sent().responded(response(302, ['location', there])), 'again', 'from there to there');
    assert.equal(talk.sent().responded(response(302, ['location', there])), 'deliver', 'a second time');
  });

  it('becomes a GET after 303, and keeps its method after others', () => {
    const policy = { redirectResponseCodes: [303, 307] };
    assert.equal(redirected(worldOf(policy), 303, there, 'POST').talk.sent().head.method, 'GET');
    assert.equal(redirected(worldOf(policy), 307, there, 'POST').talk.sent().head.method, 'POST');
  });

  it('is shown while the request is still coming in, or when too much of it has passed', () => {
    for (const exceeded of [false, true]) {
      const talk = worldOf({}).begin({ head: head({ path: '/here' }), body: 'stream' });
      const send = talk.sent();
      assert.equal(talk.call.body.replayLimitBytes, 1024 * 1024, 'kept for the next endpoint');
      if (exceeded) {
        talk.call.bodyExceeded();
        talk.call.requestComplete();
      }
      assert.equal(send.responded(response(302, ['location', there])), 'deliver');
    }
  });
});
