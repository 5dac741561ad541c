import { strict as assert } from 'node:assert';
import type { Duplex } from 'node:stream';
import { HeaderMap } from '@inmesh/model';
import type { Dispatcher } from 'undici';
import { MeshDispatcher } from '../../src/dispatcher/mesh-dispatcher.js';
import { realClock } from '../support/clock.js';
import { endpoint, type Line, scriptedEngine } from '../support/scripted-engine.js';
import { closeServers, httpServer, rawServer } from '../support/servers.js';

type Handler = Dispatcher.DispatchHandler;

/** What a handler of either protocol hears, in one form. */
interface Heard {
  readonly said: string[];
  readonly handler: Handler;
  readonly over: Promise<void>;
  socket: Duplex | undefined;
}

/** Pauses after the head and after each chunk, and resumes one turn later. */
function older(): Heard {
  const heard = listening();
  let resume = (): void => {};
  heard.handler = {
    onConnect: () => void heard.said.push('start'),
    onHeaders(status, headers, resumeSource) {
      heard.said.push(`head ${status} ${headers.map(String).join('=')}`);
      resume = resumeSource;
      setImmediate(resume);
      return false;
    },
    onData(chunk) {
      heard.said.push(`data ${chunk}`);
      setImmediate(resume);
      return false;
    },
    onComplete(trailers) {
      heard.said.push(`end ${(trailers ?? []).map(String).join('=')}`);
      heard.done();
    },
    onUpgrade(status, headers, socket) {
      heard.said.push(`upgrade ${status} ${(headers ?? []).map(String).join('=')}`);
      heard.socket = socket;
      heard.done();
    },
    onError(error) {
      heard.said.push(`error ${error.message}`);
      heard.done();
    },
  };
  return heard;
}

function newer(): Heard {
  const heard = listening();
  const flat = (headers: object): string => Object.entries(headers).flat(2).join('=');
  heard.handler = {
    onRequestStart: () => void heard.said.push('start'),
    onResponseStart(controller, status, headers) {
      heard.said.push(`head ${status} ${flat(headers)}`);
      controller.pause();
      setImmediate(() => controller.resume());
    },
    onResponseData(controller, chunk) {
      heard.said.push(`data ${chunk}`);
      controller.pause();
      setImmediate(() => controller.resume());
    },
    onResponseEnd(_controller, trailers) {
      heard.said.push(`end ${flat(trailers)}`);
      heard.done();
    },
    onRequestUpgrade(_controller, status, headers, socket) {
      heard.said.push(`upgrade ${status} ${flat(headers)}`);
      heard.socket = socket;
      heard.done();
    },
    onResponseError(_controller, error) {
      heard.said.push(`error ${error.message}`);
      heard.done();
    },
  };
  return heard;
}

function listening(): {
  said: string[];
  handler: Handler;
  over: Promise<void>;
  done: () => void;
  socket: Duplex | undefined;
} {
  let done = (): void => {};
  const over = new Promise<void>((resolve) => {
    done = resolve;
  });
  return { said: [], handler: {}, over, done, socket: undefined };
}

for (const [protocol, listen] of [
  ['older', older],
  ['newer', newer],
] as const) {
  describe(`a handler of the ${protocol} protocol`, () => {
    let mesh: MeshDispatcher;
    afterEach(async () => {
      await mesh.destroy();
      closeServers();
    });

    const hear = async (
      script: Line[],
      options: Partial<Dispatcher.DispatchOptions> = {},
    ): Promise<Heard> => {
      mesh = new MeshDispatcher({ engine: scriptedEngine(script).engine, clock: realClock });
      const heard = listen();
      mesh.dispatch({ origin: 'http://reviews', path: '/', method: 'GET', ...options }, heard.handler);
      await heard.over;
      return heard;
    };

    it('hears a response, with pauses', async () => {
      const server = await rawServer((socket) =>
        socket.once('data', () =>
          socket.write(
            'HTTP/1.1 200 OK\r\nx-a: 1\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nx-sum: 7\r\n\r\n',
          ),
        ),
      );
      const { said } = await hear([{ send: { to: endpoint(server.port) } }]);
      assert.deepEqual(said, ['start', 'head 200 x-a=1=transfer-encoding=chunked', 'data hi', 'end x-sum=7']);
    });

    it('hears a local reply, with pauses', async () => {
      const { said } = await hear([
        { reply: { status: 503, headers: new HeaderMap(['a', 'b']), body: 'none', flags: ['UH'] } },
      ]);
      assert.deepEqual(said, ['start', 'head 503 a=b=x-inmesh-flags=UH', 'data none', 'end ']);
    });

    it('hears early hints before the response', async () => {
      const server = await rawServer((socket) =>
        socket.once('data', () =>
          socket.write('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n'),
        ),
      );
      const { said } = await hear([{ send: { to: endpoint(server.port) } }]);
      assert.deepEqual(said, ['start', 'head 103 link=</a>', 'head 204 ', 'end ']);
    });

    it('hears a failure', async () => {
      const { said } = await hear([], { origin: 'ftp://reviews' });
      assert.equal(said.length, 1);
      assert.match(said[0] ?? '', /^error invalid protocol/);
    });

    it('gets the socket of an upgrade', async () => {
      const server = await httpServer(() => {});
      server.server.on('upgrade', (_req, socket) => {
        socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n');
        socket.pipe(socket);
      });
      const heard = await hear([{ send: { to: endpoint(server.port) } }], { upgrade: 'websocket' });
      assert.deepEqual(heard.said, ['start', 'upgrade 101 upgrade=websocket=connection=upgrade']);
      const echoed = new Promise((resolve) => heard.socket?.once('data', (chunk) => resolve(String(chunk))));
      heard.socket?.write('hello');
      assert.equal(await echoed, 'hello');
    });

    it('hears a plain answer to an upgrade as a response', async () => {
      const server = await httpServer((_req, res) => res.writeHead(200, { 'content-length': '2' }).end('no'));
      const { said } = await hear([{ send: { to: endpoint(server.port) } }], { upgrade: 'websocket' });
      assert.deepEqual([said[0], said.slice(2)], ['start', ['data no', 'end ']]);
      assert.match(said[1] ?? '', /^head 200/);
    });
  });
}
