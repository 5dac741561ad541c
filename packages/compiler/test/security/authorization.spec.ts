import { strict as assert } from 'node:assert';
import type { AuthorizationPolicy, HttpConnectionManager, HttpFilter, Resource } from '@inmesh/model';
import { resource, snapshotOf, type WorldOptions, world } from '../route/world.js';

/** The policies of a workload as filters of the chain in front of it. */
describe('authorization policies', () => {
  const filtersIn = (resources: readonly Resource[], options?: WorldOptions): HttpFilter[] => {
    const listener = world(resources, options).compiler.view.listener('inmesh.inbound', 8080);
    const chain = listener?.filterChains?.find(({ name }) => name?.endsWith('-http'));
    const manager = chain?.filters?.[0]?.typedConfig as HttpConnectionManager | undefined;
    return manager?.httpFilters ?? [];
  };
  const names = (filters: readonly HttpFilter[]): string[] =>
    filters.map(({ name }) => name.replace(/^envoy\.filters\.http\./, ''));
  const policy = (
    name: string,
    spec: AuthorizationPolicy,
    more: { namespace?: string; annotations?: Record<string, string> } = {},
  ): Resource => ({ ...resource('AuthorizationPolicy', name, spec), ...more }) as Resource;
  interface Rbac {
    readonly rules?: {
      readonly action: string;
      readonly policies: Record<string, { permissions: unknown[]; principals: unknown[] }>;
    };
    readonly shadowRules?: unknown;
  }
  const rbacOf = (filters: readonly HttpFilter[]): Rbac[] =>
    filters
      .filter(({ name }) => name === 'envoy.filters.http.rbac')
      .map(({ typedConfig }) => typedConfig as Rbac);
  /** One rule of one policy, as compiled. */
  const compiled = (
    rule: NonNullable<AuthorizationPolicy['rules']>[number],
    action: AuthorizationPolicy['action'] = 'ALLOW',
    options?: WorldOptions,
  ) =>
    rbacOf(filtersIn([policy('p', { action, rules: [rule] })], options))[0]?.rules?.policies[
      'ns[app]-policy[p]-rule[0]'
    ];
  const anyone = { andIds: { ids: [{ any: true }] } };
  const anything = { andRules: { rules: [{ any: true }] } };

  it('leave no trace where there are none', () => {
    assert.deepEqual(names(filtersIn([])), [
      'istio.metadata_exchange',
      'grpc_stats',
      'fault',
      'cors',
      'router',
    ]);
  });

  it('stand behind what knows the peer, in the order in which they decide', () => {
    const filters = filtersIn([
      policy('allow', { rules: [{}] }),
      policy('deny', { action: 'DENY', rules: [{}] }),
      policy('audit', { action: 'AUDIT', rules: [{}] }),
      policy('custom', { action: 'CUSTOM', provider: { name: 'x' }, rules: [{}] }),
      resource('RequestAuthentication', 'jwt', { jwtRules: [{ issuer: 'a', jwks: '{"keys":[]}' }] }),
    ]);
    assert.deepEqual(names(filters).slice(0, 7), [
      'istio.metadata_exchange',
      'rbac',
      'jwt_authn',
      'rbac',
      'rbac',
      'rbac',
      'grpc_stats',
    ]);
    assert.deepEqual(
      rbacOf(filters).map(({ rules }) => rules?.action),
      ['DENY', 'LOG', 'DENY', 'ALLOW'],
    );
  });

  it('deny what a provider that nobody asks would have to decide', () => {
    const [filter] = rbacOf(
      filtersIn([
        policy('ext', {
          action: 'CUSTOM',
          provider: { name: 'x' },
          rules: [{ to: [{ operation: { paths: ['/a'] } }] }, {}],
        }),
      ]),
    );
    assert.deepEqual(
      Object.keys(filter?.rules?.policies ?? {}),
      [0, 1].map(
        (index) => `istio-ext-authz-ns[app]-policy[ext]-rule[${index}]-deny-due-to-bad-CUSTOM-action`,
      ),
    );
  });

  it('are named where they leave the decision to such a provider', () => {
    const { compiler } = world([]);
    const policies = [
      policy('ext', { action: 'CUSTOM', provider: { name: 'x' }, rules: [{}] }),
      policy('own', { rules: [{}] }),
    ];
    const [finding, ...others] = compiler.update(snapshotOf(policies));
    assert.deepEqual(others, []);
    assert.deepEqual(
      [finding?.code, finding?.resource, finding?.path],
      ['INMESH_CONFIG_UNSUPPORTED', 'AuthorizationPolicy/app/ext', 'spec.action'],
    );
  });

  it('apply by namespace and labels, and not where they name a gateway', () => {
    const labels = { app: 'web' };
    const options: WorldOptions = { workload: { labels } };
    const counted = (more: object, where: { namespace?: string } = {}): number =>
      rbacOf(filtersIn([policy('p', { rules: [{}], ...more }, where)], options)).length;
    assert.equal(counted({}), 1);
    assert.equal(counted({}, { namespace: 'istio-system' }), 1);
    assert.equal(counted({}, { namespace: 'other' }), 0);
    assert.equal(counted({ selector: { matchLabels: labels } }), 1);
    assert.equal(counted({ selector: { matchLabels: { app: 'other' } } }), 0);
    assert.equal(counted({ targetRefs: [{ kind: 'Gateway', name: 'g' }] }), 0);
  });

  it('deny everything when they allow nothing, and nothing when they deny nothing', () => {
    const never = { permissions: [{ notRule: { any: true } }], principals: [{ notId: { any: true } }] };
    for (const action of ['ALLOW', 'DENY'] as const) {
      const [filter] = rbacOf(filtersIn([policy('p', { action })]));
      assert.deepEqual(filter?.rules, { action, policies: { 'ns[app]-policy[p]-rule[0]': never } });
    }
  });

  it('are only recorded when they are a dry run', () => {
    const annotations = { 'istio.io/dry-run': 'true' };
    const [filter] = rbacOf(filtersIn([policy('p', { rules: [{}] }, { annotations })]));
    assert.equal(filter?.rules, undefined);
    assert.ok(filter?.shadowRules);
  });

  it('hold for everybody and everything where a rule says nothing', () => {
    assert.deepEqual(compiled({}), { permissions: [anything], principals: [anyone] });
  });

  it('ask what is asked for: whole, by prefix, by suffix, or whether it is there', () => {
    const operation = {
      hosts: ['a.test', '*.b.test'],
      notHosts: ['c.test'],
      methods: ['GET'],
      paths: ['/a', '/b*', '*/c', '*', '/d/{*}/e'],
      ports: ['8080'],
    };
    const header = (name: string, stringMatch: object): object => ({ header: { name, stringMatch } });
    const path = (match: object): object => ({ urlPath: { path: match } });
    const pathTemplate = {
      uriTemplate: {
        name: 'uri-template',
        typedConfig: {
          '@type': 'type.googleapis.com/envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig',
          pathTemplate: '/d/*/e',
        },
      },
    };
    assert.deepEqual(compiled({ to: [{ operation }] })?.permissions, [
      {
        andRules: {
          rules: [
            {
              orRules: {
                rules: [
                  header(':authority', { exact: 'a.test', ignoreCase: true }),
                  header(':authority', { suffix: '.b.test', ignoreCase: true }),
                ],
              },
            },
            {
              notRule: { orRules: { rules: [header(':authority', { exact: 'c.test', ignoreCase: true })] } },
            },
            { orRules: { rules: [header(':method', { exact: 'GET' })] } },
            {
              orRules: {
                rules: [
                  path({ exact: '/a' }),
                  path({ prefix: '/b' }),
                  path({ suffix: '/c' }),
                  path({ safeRegex: { regex: '.+' } }),
                  pathTemplate,
                ],
              },
            },
            { orRules: { rules: [{ destinationPort: 8080 }] } },
          ],
        },
      },
    ]);
  });

  it('ask who asks: identities, namespaces, accounts, addresses', () => {
    const named = (principalName: object): object => ({ authenticated: { principalName } });
    const source = {
      principals: ['cluster.local/ns/a/sa/b', '*/sa/c', 'td/ns/*'],
      namespaces: ['shop', 'te*'],
      notServiceAccounts: ['web', 'other/api'],
      ipBlocks: ['10.0.0.0/8', '1.2.3.4'],
      notRemoteIpBlocks: ['::1'],
    };
    assert.deepEqual(compiled({ from: [{ source }] }, 'ALLOW', { mesh: { trustDomain: 'td' } })?.principals, [
      {
        andIds: {
          ids: [
            {
              orIds: {
                ids: [
                  named({ exact: 'spiffe://td/ns/a/sa/b' }),
                  named({ suffix: '/sa/c' }),
                  named({ prefix: 'spiffe://td/ns/' }),
                ],
              },
            },
            {
              notId: {
                orIds: {
                  ids: [
                    named({ safeRegex: { regex: 'spiffe://.+/ns/app/(.+/|)sa/web(/.+)?' } }),
                    named({ safeRegex: { regex: 'spiffe://.+/ns/other/(.+/|)sa/api(/.+)?' } }),
                  ],
                },
              },
            },
            {
              orIds: {
                ids: [
                  named({ safeRegex: { regex: '.*/ns/shop/.*' } }),
                  named({ safeRegex: { regex: '.*/ns/te.*/.*' } }),
                ],
              },
            },
            { notId: { orIds: { ids: [{ remoteIp: { addressPrefix: '::1', prefixLen: 128 } }] } } },
            {
              orIds: {
                ids: [
                  { directRemoteIp: { addressPrefix: '10.0.0.0', prefixLen: 8 } },
                  { directRemoteIp: { addressPrefix: '1.2.3.4', prefixLen: 32 } },
                ],
              },
            },
          ],
        },
      },
    ]);
  });

  it('add each condition to every alternative of the side that it is about', () => {
    const when = [
      { key: 'request.headers[X-Tenant]', values: ['gold', '*'] },
      { key: 'destination.port', notValues: ['9090'] },
    ];
    const rule = compiled({
      from: [{ source: { ipBlocks: ['1.1.1.1'] } }, { source: { ipBlocks: ['2.2.2.2'] } }],
      to: [{ operation: { methods: ['GET'] } }],
      when,
    });
    const tenant = {
      orIds: {
        ids: [
          { header: { name: 'X-Tenant', stringMatch: { exact: 'gold' } } },
          { header: { name: 'X-Tenant', presentMatch: true } },
        ],
      },
    };
    assert.equal(rule?.principals.length, 2);
    for (const principal of rule?.principals ?? [])
      assert.deepEqual((principal as { andIds: { ids: unknown[] } }).andIds.ids[1], tenant);
    assert.deepEqual((rule!.permissions[0] as { andRules: { rules: unknown[] } }).andRules.rules[1], {
      notRule: { orRules: { rules: [{ destinationPort: 9090 }] } },
    });
  });

  it('ask tokens for their issuer and subject, and for claims that are texts or lists', () => {
    const claim = (path: string[], value: object): object => ({
      metadata: {
        filter: 'envoy.filters.http.jwt_authn',
        path: ['payload', ...path].map((key) => ({ key })),
        value,
      },
    });
    const principal = (iss: object, sub: object): object => ({
      andIds: { ids: [claim(['iss'], { stringMatch: iss }), claim(['sub'], { stringMatch: sub })] },
    });
    const any = { safeRegex: { regex: '.+' } };
    const requestPrincipals = [
      'https://a.test/me',
      '*',
      '*/me',
      'https://a.test/*',
      'https://a.test/m*',
      '*me',
      'http*',
    ];
    const rule = compiled({
      from: [{ source: { requestPrincipals } }],
      when: [
        { key: 'request.auth.claims[group][id]', values: ['x', 'y*'] },
        { key: 'request.auth.audiences', values: ['z'] },
      ],
    });
    const [{ andIds }] = rule!.principals as [{ andIds: { ids: { orIds: { ids: unknown[] } }[] } }];
    assert.deepEqual(andIds.ids[0]?.orIds.ids, [
      principal({ exact: 'https://a.test' }, { exact: 'me' }),
      principal(any, any),
      principal(any, { exact: 'me' }),
      principal({ exact: 'https://a.test' }, any),
      principal({ exact: 'https://a.test' }, { prefix: 'm' }),
      principal(any, { suffix: 'me' }),
      principal({ prefix: 'http' }, any),
    ]);
    const either = {
      orMatch: { valueMatchers: [{ stringMatch: { exact: 'x' } }, { stringMatch: { prefix: 'y' } }] },
    };
    assert.deepEqual(andIds.ids[1]?.orIds.ids, [
      claim(['group', 'id'], { orMatch: { valueMatchers: [{ listMatch: { oneOf: either } }, either] } }),
    ]);
    const one = { stringMatch: { exact: 'z' } };
    assert.deepEqual(andIds.ids[2]?.orIds.ids, [
      claim(['aud'], { orMatch: { valueMatchers: [{ listMatch: { oneOf: one } }, one] } }),
    ]);
  });

  it('ask for what other filters have found out: texts, and members of lists', () => {
    const key = 'experimental.envoy.filters.network.mysql_proxy[db.table]';
    const rule = compiled({ when: [{ key, values: ['x', '[update*]'] }] }, 'DENY');
    const found = (value: object): object => ({
      metadata: { filter: 'envoy.filters.network.mysql_proxy', path: [{ key: 'db.table' }], value },
    });
    const rules = [
      found({ stringMatch: { exact: 'x' } }),
      found({ listMatch: { oneOf: { stringMatch: { prefix: 'update' } } } }),
    ];
    assert.deepEqual(rule?.permissions, [{ andRules: { rules: [{ orRules: { rules } }] } }]);
    assert.deepEqual(rule?.principals, [anyone]);
  });

  it('allow less and deny more where a value or an attribute means nothing', () => {
    const bad = { to: [{ operation: { ports: ['http'], methods: ['GET'] } }] };
    assert.equal(compiled(bad), undefined);
    assert.deepEqual(compiled(bad, 'DENY')?.permissions, [
      {
        andRules: {
          rules: [{ orRules: { rules: [{ header: { name: ':method', stringMatch: { exact: 'GET' } } }] } }],
        },
      },
    ]);
    for (const action of ['ALLOW', 'DENY'] as const)
      assert.equal(compiled({ when: [{ key: 'source.moon', values: ['full'] }] }, action), undefined);
  });

  describe('on connections whose bytes are not read', () => {
    const gates = (resources: readonly Resource[]): Rbac[] => {
      const listener = world(resources).compiler.view.listener('inmesh.inbound', 8080);
      const chain = listener?.filterChains?.find(({ name }) => name === 'virtualInbound');
      const filters = chain?.filters ?? [];
      assert.equal(filters.at(-1)?.name, 'envoy.filters.network.tcp_proxy');
      return filters.slice(0, -1).map(({ name, typedConfig }) => {
        assert.equal(name, 'envoy.filters.network.rbac');
        return typedConfig as Rbac;
      });
    };
    const to = [{ operation: { methods: ['GET'], ports: ['8080'] } }];
    const from = [{ source: { ipBlocks: ['10.0.0.1'], requestPrincipals: ['*'] } }];

    it('allow nothing by what only requests have', () => {
      assert.deepEqual(gates([]), []);
      const [gate] = gates([
        policy('p', { rules: [{ to }, { from }, { to: [{ operation: { ports: ['90'] } }] }] }),
      ]);
      assert.deepEqual(Object.keys(gate?.rules?.policies ?? {}), ['ns[app]-policy[p]-rule[2]']);
    });

    it('deny whatever the rest of a rule fits', () => {
      const [gate] = gates([policy('p', { action: 'DENY', rules: [{ to, from }] })]);
      const port = { orRules: { rules: [{ destinationPort: 8080 }] } };
      const address = { orIds: { ids: [{ directRemoteIp: { addressPrefix: '10.0.0.1', prefixLen: 32 } }] } };
      assert.deepEqual(gate?.rules?.policies, {
        'ns[app]-policy[p]-rule[0]': {
          permissions: [{ andRules: { rules: [port] } }],
          principals: [{ andIds: { ids: [address] } }],
        },
      });
    });
  });

  it('cost nothing that does not change when they are about others', () => {
    const { compiler } = world([]);
    const heard: unknown[] = [];
    compiler.view.listener('inmesh.inbound', 8080);
    compiler.view.changes.on('changed', (change) => heard.push(change));
    const snapshot = (resources: Resource[]) =>
      ({
        version: 2,
        list: (kind: string, namespace?: string) =>
          resources.filter(
            (one) => one.kind === kind && (namespace === undefined || one.namespace === namespace),
          ),
        get: () => undefined,
      }) as never;
    compiler.update(snapshot([policy('p', { rules: [{}] }, { namespace: 'other' })]));
    assert.equal(heard.length, 0);
    compiler.update(snapshot([policy('p', { rules: [{}] })]));
    assert.equal(heard.length, 1);
  });
});
