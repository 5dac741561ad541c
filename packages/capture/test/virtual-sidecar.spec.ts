import { strict as assert } from 'node:assert';
import { AsyncLocalStorage } from 'node:async_hooks';
import { once } from 'node:events';
import http from 'node:http';
import { text } from 'node:stream/consumers';
import type { AnswerHead, Caller } from '@inmesh/http';
import sinon from 'sinon';
import type { CapturedMesh } from '../src/captured-mesh.js';
import { VirtualSidecar } from '../src/sidecar/virtual-sidecar.js';

type Carry = CapturedMesh['dispatcher']['carry'];
type Request = Parameters<Carry>[0];
const destination = { scheme: 'http', host: 'reviews.test', port: 80 } as const;

const unused = (): never => assert.fail('nobody asked for it');

/** A sidecar whose mesh does as it is told, and an Agent whose connections lead to it. */
function sidecarOf(carry: (caller: Caller, request: Request) => void): {
  readonly sidecar: VirtualSidecar;
  readonly agent: http.Agent;
} {
  const sidecar = new VirtualSidecar({
    dispatch: unused,
    openStream: unused,
    carry: (request, _body, caller) => carry(caller, request),
  });
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  agent.createConnection = () => sidecar.connect(destination, {}) as unknown as import('node:net').Socket;
  return { sidecar, agent };
}

const answerHead = (lines: readonly string[] = [], status = 200): AnswerHead => ({
  status,
  statusText: '',
  lines: [...lines],
  isLocal: false,
  resume: () => {},
});

function answer(caller: Caller, body: string): void {
  caller.answered(answerHead());
  caller.received(Buffer.from(body));
  caller.completed([]);
}

async function get(
  agent: http.Agent | false,
  options: http.RequestOptions = {},
): Promise<http.IncomingMessage> {
  const [response] = await once(http.get('http://reviews.test/', { agent, ...options }), 'response');
  return response;
}

describe('VirtualSidecar', () => {
  it('keeps a connection from one call to the next', async () => {
    let calls = 0;
    const { agent } = sidecarOf((caller) => answer(caller, `${++calls}`));
    assert.equal(await text(await get(agent)), '1');
    const request = http.get('http://reviews.test/', { agent });
    const [response] = await once(request, 'response');
    assert.equal(await text(response), '2');
    assert.equal(request.reusedSocket, true);
    agent.destroy();
  });

  it('carries each call in the context of its own caller, over one connection and behind bodies in pieces', async () => {
    const caller = new AsyncLocalStorage<string>();
    const { agent } = sidecarOf((served) => answer(served, caller.getStore() ?? 'nobody'));
    const post = async (): Promise<string> => {
      const request = http.request('http://reviews.test/', { agent, method: 'POST' });
      const answered = once(request, 'response');
      request.flushHeaders();
      for (const piece of ['a', 'b']) {
        request.write(piece);
        await new Promise(setImmediate);
      }
      request.end();
      return await text((await answered)[0]);
    };
    assert.equal(await caller.run('first', post), 'first');
    assert.equal(await caller.run('second', async () => text(await get(agent))), 'second');
    assert.equal(await caller.run('third', post), 'third');
    agent.destroy();
  });

  it('hands all of an answer to a slow reader whose connection ends with it', async () => {
    const body = 'x'.repeat(300_000);
    const { agent } = sidecarOf((caller) => answer(caller, body));
    const response = await get(agent, { headers: { connection: 'close' } });
    for (let i = 0; i < 5; i++) await new Promise(setImmediate);
    let read = '';
    for await (const chunk of response) {
      read += chunk;
      await new Promise(setImmediate);
    }
    assert.equal(read.length, body.length);
  });

  it('writes heads without bodies where there is none', async () => {
    const { agent } = sidecarOf((caller, { head }) => {
      const status = head.path === '/304' ? 304 : head.method === 'HEAD' ? 200 : 204;
      const lines = status === 204 ? [] : ['content-length', '7'];
      caller.answered(answerHead(lines, status));
      caller.completed([]);
    });
    for (const [method, path] of [
      ['HEAD', '/'],
      ['GET', '/304'],
      ['GET', '/'],
      ['HEAD', '/'],
    ] as const) {
      const response = await get(agent, { method, path });
      assert.equal(await text(response), '', `${method} ${path}`);
    }
    agent.destroy();
  });

  it('writes heads byte for byte, letters beyond ASCII too', async () => {
    const { agent } = sidecarOf((caller) => {
      caller.answered({ ...answerHead(['x-name', 'caf\u00e9']), statusText: '\u00c7a va' });
      caller.completed([]);
    });
    const { statusMessage, headers } = await get(agent);
    assert.deepEqual([statusMessage, headers['x-name']], ['\u00c7a va', 'caf\u00e9']);
    agent.destroy();
  });

  it('sends a head before there is a body', async () => {
    const { agent } = sidecarOf((caller) => caller.answered(answerHead()));
    const response = await get(agent);
    assert.equal(response.statusCode, 200);
    response.on('error', () => {}).destroy();
    agent.destroy();
  });

  it('breaks off an answer that breaks off, with the error that Node has for it', async () => {
    const { agent } = sidecarOf((caller) => {
      caller.answered(answerHead(['content-length', '100']));
      caller.received(Buffer.from('only'));
      setImmediate(() => caller.failed(new Error('truncated')));
    });
    const request = http.get('http://reviews.test/', { agent });
    const failed = sinon.spy();
    request.on('error', failed);
    const [response] = await once(request, 'response');
    await assert.rejects(text(response), { code: 'ECONNRESET' });
    sinon.assert.notCalled(failed);
  });

  it('tells the mesh when the application gives up', async () => {
    const aborted = new Promise<void>((resolve) => {
      const { agent } = sidecarOf((caller) => {
        caller.started(() => resolve());
        request.destroy();
      });
      const request = http.get('http://reviews.test/', { agent });
      request.on('error', () => {});
    });
    await aborted;
  });

  it('passes on more header lines than a server of Node would read', async () => {
    let lines = 0;
    const { agent } = sidecarOf((caller, { head }) => {
      lines = [...head.headers].length;
      answer(caller, '');
    });
    const many = Array.from({ length: 3000 }, (_, i) => [`x-${i}`, '1']).flat();
    (await get(agent, { headers: ['host', 'reviews.test', ...many] as never })).resume();
    assert.ok(lines >= 3000, `${lines} lines`);
    agent.destroy();
  });

  describe('that is closed', () => {
    it('answers the call under way, and ends its connection then', async () => {
      let served: Caller | undefined;
      const { sidecar, agent } = sidecarOf((caller) => {
        served = caller;
      });
      const request = http.get('http://reviews.test/', { agent });
      const response = once(request, 'response');
      while (served === undefined) await new Promise(setImmediate);
      sidecar.close();
      answer(served, 'late');
      const [{ headers }] = await response;
      assert.equal(headers.connection, 'close');
      assert.equal(await text((await response)[0]), 'late');
      if (request.socket?.destroyed === false) await once(request.socket, 'close');
    });

    it('ends connections in the middle of an answer when it has come to its end', async () => {
      let served: Caller | undefined;
      const { sidecar, agent } = sidecarOf((caller) => {
        served = caller;
        caller.answered(answerHead());
      });
      const response = await get(agent);
      sidecar.close();
      served?.received(Buffer.from('all of it'));
      served?.completed([]);
      const { socket } = response;
      assert.equal(await text(response), 'all of it');
      if (!socket.destroyed) await once(socket, 'close');
    });

    it('leaves no connection that an Agent could take for its next call', async () => {
      const { sidecar, agent } = sidecarOf((caller) => answer(caller, 'x'));
      const request = http.get('http://reviews.test/', { agent });
      const [response] = await once(request, 'response');
      await text(response);
      await new Promise(setImmediate);
      sidecar.close();
      assert.equal(request.socket?.destroyed, true);
    });
  });
});
