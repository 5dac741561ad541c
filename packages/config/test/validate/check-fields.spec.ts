import { strict as assert } from 'node:assert';
import { validateResource } from '@inmesh/config';
import { errorsOf, ofKind, resourceOf, unsupportedOf } from '../support.js';

const route = (http: string): string[] =>
  errorsOf(ofKind('VirtualService', `{hosts: [a.test], http: [${http}]}`));
const to = 'route: [{destination: {host: a.test}}]';

describe('the table of fields', () => {
  it('refuses an unknown field and names the one that was probably meant', () => {
    assert.deepEqual(route(`{${to}, retires: {attempts: 1}}`), [
      'spec.http[0].retires: HTTPRoute has no field "retires", did you mean retries?',
    ]);
    assert.deepEqual(route(`{${to}, retries: {attempts: 1, retryon: "5xx"}}`), [
      'spec.http[0].retries.retryon: HTTPRetry has no field "retryon", did you mean retryOn?',
    ]);
  });

  it('points at the name of a misspelt field, however it and its value are written', () => {
    for (const written of [
      'timeuot: 2s',
      '"timeuot": 2s',
      "'timeuot'  :   2s",
      'time_uot: 2s',
      'timeuot: [2s]',
      'timeuot:',
      'name: a, timeuot: 2s',
    ]) {
      const object = ofKind('VirtualService', `{hosts: [a.test], http: [{${to}, ${written}}]}`);
      const [finding] = validateResource(object);
      const { sourceLine = '', position } = finding ?? assert.fail(written);
      const name = /["']?time_?uot/.exec(written)?.[0] ?? '';
      assert.ok(sourceLine.slice(position.column - 1).startsWith(name), `${written}: ${position.column}`);
    }
  });

  it('forgives neighbours that were swapped, cases and dashes', () => {
    const suggestion = (field: string): string =>
      route(`{${to}, match: [{${field}: {exact: a}}]}`)[0]?.split('"').at(-1) ?? '';
    assert.equal(suggestion('shceme'), ', did you mean scheme?');
    assert.equal(suggestion('Authority'), ', did you mean authority?');
    assert.equal(suggestion('source-namespace'), ', did you mean sourceNamespace?');
  });

  it('tells of errors before warnings when there is no room for both', () => {
    const patches = Array.from(
      { length: 99 },
      () => '{applyTo: CLUSTER, match: {listener: {portName: a}}, patch: {operation: REMOVE}}',
    );
    const errors = errorsOf(ofKind('EnvoyFilter', `{configPatches: [${patches.join(', ')}]}`));
    assert.equal(errors.length, 99);
  });

  it('points at the name of an unknown field, and at the value of a wrong one', () => {
    const text =
      'apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: g}\nspec:\n  selectr: a\n  selector: b\n';
    const places = validateResource(resourceOf(text))
      .slice(0, 2)
      .map(({ position: { line, column } }) => [line, column]);
    assert.deepEqual(places, [
      [5, 3],
      [6, 13],
    ]);
  });

  it('says where a field belongs that stands a level too high', () => {
    assert.deepEqual(route(`{${to}, retryOn: "5xx"}`), [
      'spec.http[0].retryOn: HTTPRoute has no field "retryOn"; it belongs below retries',
    ]);
  });

  it('suggests nothing for a word that is like no field', () => {
    assert.deepEqual(route(`{${to}, banana: 1}`), ['spec.http[0].banana: HTTPRoute has no field "banana"']);
  });

  it('takes the names of the proto file as well, but not both spellings at once', () => {
    assert.deepEqual(route(`{${to}, retries: {attempts: 1, per_try_timeout: 1s}}`), []);
    assert.deepEqual(route(`{${to}, retries: {attempts: 1, perTryTimeout: 1s, per_try_timeout: 2s}}`), [
      'spec.http[0].retries.per_try_timeout: says the same as perTryTimeout: keep one of them',
    ]);
  });

  for (const [what, http, error] of [
    [
      'a number as text',
      `{${to}, retries: {attempts: "3"}}`,
      'retries.attempts: expected a whole number, not "3": leave out the quotes',
    ],
    ['a text as number', `{${to}, name: 1}`, 'name: expected a text, not a number: quote it'],
    [
      'a fraction as whole number',
      `{${to}, retries: {attempts: 1.5}}`,
      'retries.attempts: expected a whole number, not a number',
    ],
    [
      'a number beyond its type',
      `{${to}, retries: {attempts: 3000000000}}`,
      'retries.attempts: 3000000000 is not between -2147483648 and 2147483647',
    ],
    [
      'an infinite number',
      `{${to}, mirrorPercentage: {value: .inf}}`,
      'mirrorPercentage.value: expected a number, not no finite number',
    ],
    [
      'a text as truth',
      `{${to}, match: [{ignoreUriCase: "true"}]}`,
      'match[0].ignoreUriCase: expected true or false, not "true"',
    ],
    ['an object as list', `{${to}, match: {uri: {prefix: /}}}`, 'match: expected a list, not an object'],
    ['a list as object', `{${to}, retries: [1]}`, 'retries: expected an object, not a list'],
    ['nothing as object', `{${to}, retries: }`, 'retries: expected an object, not nothing'],
    [
      'a duration without a unit',
      `{${to}, timeout: "5"}`,
      'timeout: expected a duration such as "1.5s", not "5"',
    ],
    [
      'a duration as number',
      `{${to}, timeout: 5}`,
      'timeout: expected a duration such as "1.5s", not a number',
    ],
    ['a duration of nothing', `{${to}, timeout: 0s}`, 'timeout: 0s is shorter than a millisecond'],
    [
      'a duration between milliseconds',
      `{${to}, timeout: 1500us}`,
      'timeout: 1500us is not in whole milliseconds',
    ],
    [
      'an unknown value',
      `{${to}, corsPolicy: {unmatchedPreflights: IGNOR}}`,
      'corsPolicy.unmatchedPreflights: "IGNOR" is none of UNSPECIFIED, FORWARD, IGNORE, did you mean IGNORE?',
    ],
    [
      'two ways to compare',
      `{${to}, match: [{uri: {exact: /a, prefix: /a}}]}`,
      'match[0].uri: exact and prefix exclude each other',
    ],
    [
      'no base64',
      '{directResponse: {status: 200, body: {bytes: "?"}}}',
      'directResponse.body.bytes: expected a text in base64, not "?"',
    ],
  ] as const) {
    it(`refuses ${what}`, () => assert.deepEqual(route(http), [`spec.http[0].${error}`]));
  }

  it('accepts the boundaries of types', () => {
    assert.deepEqual(
      route(`{${to}, retries: {attempts: 2147483647}, timeout: 1ms, mirrorPercentage: {value: 100}}`),
      [],
    );
    assert.deepEqual(route(`{${to}, timeout: 1h30m, retries: {attempts: 1, perTryTimeout: "1.5s"}}`), []);
  });

  it('takes null for unset where zero and unset differ, and nowhere else', () => {
    const outlier = (field: string): string[] =>
      errorsOf(ofKind('DestinationRule', `{host: a.test, trafficPolicy: {outlierDetection: {${field}: }}}`));
    assert.deepEqual(outlier('consecutive5xxErrors'), []);
    assert.equal(outlier('maxEjectionPercent').length, 1);
  });

  it('asks for required fields once', () => {
    assert.deepEqual(errorsOf(ofKind('DestinationRule', '{}')), ['spec.host: host is required']);
    assert.deepEqual(errorsOf(ofKind('ServiceEntry', '{hosts: [a.test], ports: [{number: 80}]}')), [
      'spec.ports[0].name: name is required',
    ]);
  });

  it('bounds lists', () => {
    const tls = (names: string): string[] =>
      errorsOf(
        ofKind(
          'Gateway',
          `{servers: [{port: {number: 443, name: a, protocol: HTTPS}, hosts: [a.test], tls: {mode: SIMPLE, credentialNames: [${names}]}}]}`,
        ),
      );
    assert.deepEqual(tls('a, b'), []);
    assert.deepEqual(tls('a, b, c'), [
      'spec.servers[0].tls.credentialNames: has 3 entries, at most 2 are allowed',
    ]);
    assert.match(tls('')[0] ?? '', /needs at least 1 entry/);
  });

  it('reports what is understood and not honoured', () => {
    const resource = ofKind(
      'VirtualService',
      `{hosts: [a.test], tcp: [{match: [{sourceSubnet: 10.0.0.0/8}], ${to}}]}`,
    );
    assert.deepEqual(errorsOf(resource), []);
    assert.deepEqual(unsupportedOf(resource), [
      'spec.tcp[0].match[0].sourceSubnet: not honoured. Istio ignores it as well.',
    ]);
  });

  it('lets Kubernetes have fields of its own, and checks the types of those that are read', () => {
    const service = (spec: string) =>
      resourceOf(`{apiVersion: v1, kind: Service, metadata: {name: s}, spec: ${spec}}`);
    assert.deepEqual(
      errorsOf(service('{sessionAffinity: None, ports: [{port: 80, targetPort: http}], selector: }')),
      [],
    );
    assert.deepEqual(errorsOf(service('{ports: 80}')), ['spec.ports: expected a list, not a number']);
  });

  it('refuses headers, hosts and labels named after prototypes like any other', () => {
    const labels = '{__proto__: a, constructor: b, hasOwnProperty: c}';
    assert.deepEqual(
      route(
        `{${to}, match: [{headers: {constructor: {exact: a}, __proto__: {prefix: b}}, sourceLabels: ${labels}}]}`,
      ),
      [
        'spec.http[0].match[0].sourceLabels.__proto__: "__proto__" is no label: [domain/]name with letters, digits, -, _ and ., the name at most 63',
      ],
    );
    assert.deepEqual(route(`{${to}, __proto__: {}}`), [
      'spec.http[0].__proto__: HTTPRoute has no field "__proto__"',
    ]);
    assert.deepEqual(route(`{${to}, constructor: {}}`), [
      'spec.http[0].constructor: HTTPRoute has no field "constructor"',
    ]);
  });

  it('tells of a hundred mistakes at most, errors before warnings', () => {
    const many = Array.from({ length: 300 }, (_, index) => `x${index}: 1`).join(', ');
    const errors = errorsOf(ofKind('Gateway', `{${many}}`));
    assert.equal(errors.length, 100);
    assert.match(errors.at(-1) ?? '', /\(and 2\d\d more\)$/);
  });
});
