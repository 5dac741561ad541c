import { strict as assert } from 'node:assert';
import { HeaderMap } from '@inmesh/model';
import fc from 'fast-check';
import { defaultJsonFormat, defaultTextFormat } from '../../src/access-log/default-formats.js';
import { jsonLine, textLine } from '../../src/access-log/line-format.js';
import { observedCall } from '../support/observed-call.js';

/** Anything at all, with what breaks lines and quotes in most of it. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(fc.constantFrom('\n', '\r', '\0', '"', '\\', '\u001b[2J', '\u0085', '\u2028', '" 200 - "', 'a'), {
      maxLength: 8,
    })
    .map((parts) => parts.join('')),
);

const hostileCall = fc
  .record({
    path: hostile,
    authority: hostile,
    method: hostile,
    agent: hostile,
    routeName: hostile,
    details: hostile,
  })
  .map(({ path, authority, method, agent, routeName, details }) =>
    observedCall({
      routeName,
      responseCodeDetails: details,
      requestHead: {
        method,
        scheme: 'http',
        authority,
        path,
        headers: new HeaderMap(['user-agent', agent, 'x-request-id', agent]),
      },
    }),
  );

/** How many fields a line has, quoted ones as one. */
const fieldsOf = (line: string): number => line.match(/"[^"]*"|\[[^\]]*\]|[^ ]+/g)?.length ?? 0;

describe('lines of an access log', () => {
  it('are one line each whatever bytes a request has', () => {
    for (const write of [textLine(defaultTextFormat), jsonLine(defaultJsonFormat)])
      fc.assert(
        fc.property(hostileCall, (call) => {
          const line = write(call);
          assert.match(line, /\n$/);
          // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not stand in a line.
          assert.doesNotMatch(line.slice(0, -1), /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
        }),
      );
  });

  it('let no value of text end its quotes, so that every line has the same fields', () => {
    const write = textLine(
      '"%REQ(:METHOD)% %REQ(:PATH)%" "%REQ(USER-AGENT)%" "%REQ(:AUTHORITY)%" %RESPONSE_CODE%',
    );
    fc.assert(fc.property(hostileCall, (call) => assert.equal(fieldsOf(write(call).trimEnd()), 4)));
  });

  it('give back what JSON was made of, to the letter', () => {
    const write = jsonLine({ path: '%REQ(:PATH)%', host: '%REQ(:AUTHORITY)%' });
    fc.assert(
      fc.property(hostileCall, (call) => {
        const { path, authority } = call.requestHead;
        assert.deepEqual({ ...JSON.parse(write(call)) }, { path, host: authority });
      }),
    );
  });

  it('have keys that may be called anything', () => {
    const line = jsonLine(JSON.parse('{"__proto__": "%RESPONSE_CODE%", "constructor": "%PROTOCOL%"}'))(
      observedCall(),
    );
    assert.equal(line, '{"__proto__":200,"constructor":"HTTP/1.1"}\n');
  });

  it('leave an operator that nobody knows as it stands', () => {
    assert.equal(textLine('%NO_SUCH(x)% 100%%')(observedCall()), '%NO_SUCH(x)% 100%\n');
  });
});
