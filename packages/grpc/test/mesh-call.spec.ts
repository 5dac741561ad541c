import { strict as assert } from 'node:assert';
import { EventEmitter } from 'node:events';
import {
  CallCredentials,
  type ChannelInterface,
  Client,
  credentials,
  Metadata,
  type ServerUnaryCall,
  type StatusObject,
  status,
} from '@grpc/grpc-js';
import type { CallRequest } from '@inmesh/engine';
import sinon from 'sinon';
import type { CarrierCaller } from '../src/carrier.js';
import { createInterceptor, createMeshChannel, type MeshChannelOptions } from '../src/index.js';

type GrpcCall = ReturnType<ChannelInterface['createCall']>;
type Parent = Parameters<ChannelInterface['createCall']>[3];

interface Carried {
  readonly request: CallRequest;
  readonly caller: CarrierCaller;
}

/** Takes calls, and answers none by itself. */
class FakeCarrier {
  readonly carried: Carried[] = [];

  carry(request: CallRequest, _body: unknown, caller: CarrierCaller): void {
    this.carried.push({ request, caller });
    caller.started(() => {});
  }

  get last(): Carried {
    return this.carried.at(-1) ?? assert.fail('nothing was carried');
  }
}

/** A call that the application is serving. */
class ServedCall extends EventEmitter {
  deadline = Number.POSITIVE_INFINITY;

  getDeadline(): number {
    return this.deadline;
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Starts a call; its status comes later, once. */
function start(call: GrpcCall): { readonly statuses: StatusObject[] } {
  const statuses: StatusObject[] = [];
  call.start(new Metadata(), {
    onReceiveMetadata() {},
    onReceiveMessage() {},
    onReceiveStatus: (end) => statuses.push(end),
  });
  return { statuses };
}

const callOf = (
  carrier: FakeCarrier,
  {
    parent = null,
    deadline = Number.POSITIVE_INFINITY,
    ...options
  }: MeshChannelOptions & {
    readonly parent?: ServedCall | null;
    readonly deadline?: number;
  } = {},
): GrpcCall =>
  createMeshChannel(carrier, 'echo.test:9080', options).createCall(
    '/echo.Echo/Say',
    deadline,
    null,
    parent as unknown as Parent,
    null,
  );

const token = (value: string): CallCredentials =>
  CallCredentials.createFromMetadataGenerator((_options, done) => {
    const metadata = new Metadata();
    metadata.add('authorization', value);
    done(null, metadata);
  });

describe('a call of gRPC', () => {
  it('that is cancelled before it starts is never carried, and ends when it does', async () => {
    const carrier = new FakeCarrier();
    const call = callOf(carrier);
    call.cancelWithStatus(status.CANCELLED, 'no longer wanted');
    const { statuses } = start(call);
    call.sendMessageWithContext({}, Buffer.from('x'));
    call.halfClose();
    await turn();
    assert.deepEqual(
      statuses.map(({ code, details }) => [code, details]),
      [[status.CANCELLED, 'no longer wanted']],
    );
    assert.equal(carrier.carried.length, 0);
  });

  it('ends once, whoever speaks after its end', async () => {
    const carrier = new FakeCarrier();
    const call = callOf(carrier);
    const { statuses } = start(call);
    await turn();
    const { caller } = carrier.last;
    caller.completed(['grpc-status', '0']);
    call.cancelWithStatus(status.CANCELLED, 'too late');
    caller.failed(new Error('later still'));
    await turn();
    assert.deepEqual(
      statuses.map(({ code }) => code),
      [status.OK],
    );
  });

  it('shares the fate of the call that it is made for, unless it says otherwise', async () => {
    const parent = new ServedCall();
    const { statuses } = start(callOf(new FakeCarrier(), { parent }));
    assert.equal(parent.listenerCount('cancelled'), 1);
    parent.emit('cancelled');
    await turn();
    assert.equal(statuses[0]?.code, status.CANCELLED);
    assert.equal(parent.listenerCount('cancelled'), 0);
  });

  it('has no more time than the call that it is made for', async () => {
    const carrier = new FakeCarrier();
    const parent = new ServedCall();
    parent.deadline = Date.now() + 5000;
    const call = callOf(carrier, { parent, deadline: Date.now() + 60_000 });
    start(call);
    await turn();
    const left = Number.parseInt(carrier.last.request.head.headers.get('grpc-timeout') ?? '', 10);
    assert.ok(left > 0 && left <= 5000, `${left} ms`);
    call.cancelWithStatus(status.CANCELLED, '');
  });

  it('counts no deadline that is further away than a timer can count', async () => {
    const clock = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    try {
      const { statuses } = start(callOf(new FakeCarrier(), { deadline: Date.now() + 2 ** 31 + 1000 }));
      clock.tick(2 ** 31 - 1);
      await turn();
      assert.deepEqual(statuses, []);
    } finally {
      clock.restore();
    }
  });

  it("brings what the channel's credentials add to each call, and its own behind it", async () => {
    const carrier = new FakeCarrier();
    const ofChannel = credentials.combineChannelCredentials(credentials.createSsl(), token('channel'));
    start(callOf(carrier, { credentials: ofChannel }));
    const both = callOf(carrier, { credentials: ofChannel });
    both.setCredentials(token('call'));
    start(both);
    await turn();
    assert.deepEqual(
      carrier.carried.map(({ request }) => [...request.head.headers.all('authorization')]),
      [['channel'], ['channel', 'call']],
    );
  });

  it('waits for nobody where the credentials add nothing', async () => {
    const carrier = new FakeCarrier();
    start(callOf(carrier, { credentials: credentials.createSsl() }));
    await Promise.resolve();
    assert.equal(carrier.carried.length, 1);
  });
});

describe('an interceptor', () => {
  const bytes = (text: string): Buffer => Buffer.from(text);

  it('sees the call credentials of its client, and listens to a parent call once', async () => {
    const carrier = new FakeCarrier();
    const client = new Client(
      'echo.test:443',
      credentials.combineChannelCredentials(credentials.createSsl(), token('channel')),
      { interceptors: [createInterceptor(carrier)] },
    );
    const parent = new ServedCall();
    parent.deadline = Date.now() + 60_000;
    const ended = new Promise<number | undefined>((resolve) => {
      const options = { parent: parent as unknown as ServerUnaryCall<string, string> };
      client.makeUnaryRequest('/echo.Echo/Say', bytes, String, 'x', new Metadata(), options, (error) =>
        resolve(error?.code),
      );
    });
    await turn();
    assert.equal(carrier.last.request.head.headers.get('authorization'), 'channel');
    assert.equal(parent.listenerCount('cancelled'), 1);
    carrier.last.caller.completed(['grpc-status', String(status.NOT_FOUND)]);
    assert.equal(await ended, status.NOT_FOUND);
    assert.equal(parent.listenerCount('cancelled'), 0);
    client.close();
  });
});

describe('a channel', () => {
  it('tells those who watch its state when it is closed', async () => {
    const channel = createMeshChannel(new FakeCarrier(), 'echo.test:9080');
    const watcher = sinon.spy();
    channel.watchConnectivityState(2, Number.POSITIVE_INFINITY, watcher);
    channel.close();
    sinon.assert.calledOnceWithExactly(watcher);
  });
});
