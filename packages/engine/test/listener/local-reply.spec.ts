import { strict as assert } from 'node:assert';
import { compileLocalReplies, type PlainReply } from '../../src/listener/local-reply.js';
import { head } from '../match/request.js';
import { streamOf } from '../route/stream.js';

function render(reply: PlainReply, config?: Record<string, unknown>, lines: readonly string[] = []) {
  const request = head('/', lines);
  return compileLocalReplies(config).render(reply, request, streamOf(request));
}

const grpc = ['content-type', 'application/grpc'];

describe('local replies', () => {
  it('are plain text with a length, and have neither type nor length without a body', () => {
    const { head: answer, body } = render({ status: 503, body: 'no' });
    assert.equal(body, 'no');
    assert.deepEqual(
      [answer.status, answer.headers.lines],
      [503, ['content-length', '2', 'content-type', 'text/plain']],
    );
    assert.deepEqual(render({ status: 404, body: '' }).head.headers.lines, []);
  });

  it('keep a content type that the route has set', () => {
    const request = head('/');
    const { head: answer } = compileLocalReplies(undefined).render(
      { status: 200, body: '{}' },
      request,
      streamOf(request),
      ({ headers }) => headers.set('content-type', 'application/json'),
    );
    assert.equal(answer.headers.get('content-type'), 'application/json');
  });

  it('become a status and a message for gRPC', () => {
    const { head: answer, body } = render({ status: 503, body: 'a\n%' }, undefined, grpc);
    assert.equal(body, '');
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('grpc-status'), '14');
    assert.equal(answer.headers.get('grpc-message'), 'a%0A%25');
    assert.equal(
      render({ status: 200, body: '', grpcStatus: 8 }, undefined, grpc).head.headers.get('grpc-status'),
      '8',
    );
  });

  const when = (value: number, rest: object) => ({
    mappers: [
      { filter: { statusCodeFilter: { comparison: { op: 'EQ', value: { defaultValue: value } } } }, ...rest },
    ],
  });

  it('are plain for requests that break the protocol, whatever type they name', () => {
    const request = head('/', grpc);
    const stream = streamOf(request);
    stream.responseFlags.push('DPE');
    const reply = { status: 400, body: 'Bad Request' };
    const { head: answer } = compileLocalReplies(undefined).render(reply, request, stream);
    assert.deepEqual([answer.status, answer.headers.get('content-type')], [400, 'text/plain']);
  });

  it('leave the newline behind a document out of a message for gRPC', () => {
    const { headers } = render({ status: 503, body: 'x\n' }, undefined, grpc).head;
    assert.equal(headers.get('grpc-message'), 'x');
  });

  it('have no message for gRPC in answer to HEAD', () => {
    const request = head('/', grpc, { method: 'HEAD' });
    const { head: answer } = compileLocalReplies(undefined).render(
      { status: 503, body: 'no' },
      request,
      streamOf(request),
    );
    assert.deepEqual([answer.headers.get('grpc-status'), answer.headers.has('grpc-message')], ['14', false]);
  });

  it('take status and body from the first mapper that fits', () => {
    const config = when(404, { statusCode: 410, body: { inlineString: 'gone' } });
    const { head: answer, body } = render({ status: 404, body: '' }, config);
    assert.deepEqual([answer.status, body], [410, 'gone']);
    assert.equal(answer.headers.get('content-type'), 'text/plain');
    assert.equal(render({ status: 503, body: 'x' }, config).head.status, 503);
  });

  it('are formatted as text or JSON', () => {
    const json = { bodyFormat: { jsonFormat: { status: '%RESPONSE_CODE%', text: '%LOCAL_REPLY_BODY%' } } };
    const answer = render({ status: 503, body: 'a "b"' }, json);
    assert.equal(answer.body, '{"status":503,"text":"a \\"b\\""}\n');
    assert.equal(answer.head.headers.get('content-type'), 'application/json');
    const text = {
      bodyFormat: { textFormat: '<%LOCAL_REPLY_BODY%> %REQ(:METHOD)%', contentType: 'text/html' },
    };
    assert.equal(render({ status: 503, body: 'x' }, text).body, '<x> GET');
    assert.equal(render({ status: 503, body: 'x' }, text).head.headers.get('content-type'), 'text/html');
  });
});
