import { strict as assert } from 'node:assert';
import net from 'node:net';
import tls from 'node:tls';
import fc from 'fast-check';
import { MalformedHelloError, readClientHello } from '../src/listen/client-hello.js';

/** What a client of Node's own TLS says first. */
function helloOf(options: tls.ConnectionOptions): Promise<Buffer> {
  return new Promise((resolve) => {
    const server = net
      .createServer((socket) => {
        socket.once('data', (bytes) => {
          socket.destroy();
          server.close();
          resolve(bytes);
        });
      })
      .listen(0, '127.0.0.1', () => {
        const { port } = server.address() as net.AddressInfo;
        tls.connect({ host: '127.0.0.1', port, ...options }).on('error', () => {});
      });
  });
}

describe('readClientHello', () => {
  let hello: Buffer;
  before(async () => {
    hello = await helloOf({ servername: 'Shop.Example.com', ALPNProtocols: ['h2', 'http/1.1'] });
  });

  it('finds the server name, in lower case, and the protocols in their order', () => {
    assert.deepEqual(readClientHello(hello), {
      serverName: 'shop.example.com',
      protocols: ['h2', 'http/1.1'],
    });
  });

  it('finds neither where the client says neither', async () => {
    assert.deepEqual(readClientHello(await helloOf({})), { serverName: undefined, protocols: [] });
  });

  it('waits for the rest of every beginning, and believes none of them', () => {
    for (let length = 0; length < hello.length; length++)
      assert.equal(readClientHello(hello.subarray(0, length)), undefined, `${length} bytes`);
  });

  it('reads a hello that lies in several records', () => {
    const message = hello.subarray(5);
    const record = (part: Buffer): Buffer => {
      const head = Buffer.from([22, 3, 1, 0, 0]);
      head.writeUInt16BE(part.length, 3);
      return Buffer.concat([head, part]);
    };
    const split = Buffer.concat([
      record(message.subarray(0, 2)),
      record(message.subarray(2, 90)),
      record(message.subarray(90)),
    ]);
    assert.deepEqual(readClientHello(split), readClientHello(hello));
  });

  it('refuses what is longer than a hello may be', () => {
    const endless = Buffer.alloc(5 + 0x3fff);
    endless.set([22, 3, 1, 0x3f, 0xff, 1, 0xff, 0xff, 0xff]);
    assert.throws(() => readClientHello(endless), MalformedHelloError);
  });

  it('answers, waits or refuses, whatever bytes are changed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(600), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        fc.nat(700),
        (changes, length) => {
          const bytes = Buffer.from(hello.subarray(0, length));
          for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
          try {
            readClientHello(bytes);
          } catch (error) {
            assert.ok(error instanceof MalformedHelloError, String(error));
          }
        },
      ),
      { numRuns: 3_000 },
    );
  });
});
