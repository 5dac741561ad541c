import { strict as assert } from 'node:assert';
import http from 'node:http';
import https from 'node:https';
import { Duplex } from 'node:stream';
import sinon from 'sinon';
import { AgentHooks, type AgentHooksOptions } from '../src/agents/agent-hooks.js';
import type { CapturedMesh, Taking } from '../src/captured-mesh.js';
import type { VirtualSidecar } from '../src/sidecar/virtual-sidecar.js';

type Connect = (options: object, callback?: (error: Error | null, stream?: Duplex) => void) => unknown;

const connectOf =
  (agent: http.Agent): Connect =>
  (options, callback) =>
    (agent as unknown as { createConnection: Connect }).createConnection(options, callback);

const viaSidecar = new Duplex();
const asBefore = new Duplex();

/** Hooks in front of an Agent's own way, which opens nothing. */
class Scene {
  readonly sidecar = { connect: sinon.stub().returns(viaSidecar) };
  readonly missed = sinon.spy();
  readonly openStream = sinon.spy();
  taking: Taking = 'requests';
  pending: Promise<void> | undefined;
  #hooks: AgentHooks | undefined;

  install(options: Partial<AgentHooksOptions> = {}): void {
    const scene = this;
    const mesh = {
      get pending() {
        return scene.pending;
      },
      takes: () => scene.taking,
      dispatcher: { openStream: this.openStream },
    } as unknown as CapturedMesh;
    const sidecar = this.sidecar as unknown as VirtualSidecar;
    this.#hooks = new AgentHooks({ mesh, sidecar, all: false, missed: this.missed, ...options });
  }

  restore(): void {
    this.#hooks?.restore();
  }
}

describe('hooks of Agents', () => {
  let scene: Scene;
  let before: sinon.SinonStub;
  beforeEach(() => {
    scene = new Scene();
    // What Agents do of their own accord: an own property of the global one, as applications may have put there.
    before = sinon.stub().returns(asBefore);
    for (const agent of [http.globalAgent, https.globalAgent])
      Object.assign(agent, { createConnection: before });
  });
  afterEach(() => {
    scene.restore();
    for (const agent of [http.globalAgent, https.globalAgent])
      Reflect.deleteProperty(agent, 'createConnection');
  });

  const there = { host: 'reviews.test', port: 9080 };

  it('lead to the sidecar what the rules read, with name and port', () => {
    scene.install();
    assert.equal(connectOf(http.globalAgent)(there), viaSidecar);
    sinon.assert.calledWith(scene.sidecar.connect, { scheme: 'http', ...there });
    assert.equal(connectOf(https.globalAgent)({ host: '[::1]' }), viaSidecar);
    sinon.assert.calledWith(scene.sidecar.connect, { scheme: 'https', host: '::1', port: 443 });
  });

  it('leave alone what is no affair of the mesh, and what has no name', () => {
    scene.install();
    assert.equal(connectOf(http.globalAgent)({ socketPath: '/run/docker.sock' }), asBefore);
    scene.taking = 'nothing';
    assert.equal(connectOf(http.globalAgent)(there), asBefore);
    sinon.assert.notCalled(scene.sidecar.connect);
    sinon.assert.alwaysCalledOn(before, http.globalAgent);
  });

  it('leave alone TLS that is the own affair of the application, and say so', () => {
    scene.install();
    assert.equal(connectOf(https.globalAgent)({ ...there, rejectUnauthorized: false }), asBefore);
    sinon.assert.calledOnceWithMatch(scene.missed, /https calls to reviews\.test/);
    assert.equal(connectOf(https.globalAgent)(there), viaSidecar);
  });

  it('open bytes with the name of the server, which an address is not', () => {
    scene.install();
    scene.taking = 'bytes';
    connectOf(https.globalAgent)({ ...there, servername: '' }, () => {});
    assert.equal(scene.openStream.lastCall.args[0].sni, 'reviews.test');
    connectOf(https.globalAgent)({ host: '10.0.0.1', servername: '' }, () => {});
    assert.equal(scene.openStream.lastCall.args[0].sni, undefined);
  });

  it('wait for the rules, and hand on what fails by then', async () => {
    scene.pending = Promise.resolve();
    scene.install();
    const called = (agent: http.Agent): Promise<[Error | null, Duplex | undefined]> =>
      new Promise((resolve) => {
        assert.equal(
          connectOf(agent)(there, (error, stream) => resolve([error, stream])),
          undefined,
        );
        scene.pending = undefined;
      });
    assert.deepEqual(await called(http.globalAgent), [null, viaSidecar]);
    scene.pending = Promise.resolve();
    scene.taking = 'nothing';
    before.throws(new RangeError('no such port'));
    const [error] = await called(http.globalAgent);
    assert.equal(error?.message, 'no such port');
  });

  it('make everything as before once they are restored, also for who still calls them', () => {
    scene.install();
    const ours = connectOf(http.globalAgent);
    const held = (http.globalAgent as unknown as { createConnection: Connect }).createConnection;
    assert.equal(ours(there), viaSidecar);
    scene.restore();
    assert.equal((http.globalAgent as unknown as { createConnection: unknown }).createConnection, before);
    assert.equal(held.call(http.globalAgent, there), asBefore);
  });

  it('take in Agents of the application only when all are asked for', () => {
    const own = Object.getPrototypeOf(http.globalAgent);
    const untouched = own.createConnection;
    scene.install();
    assert.equal(own.createConnection, untouched);
    scene.restore();
    scene.install({ all: true });
    assert.notEqual(own.createConnection, untouched);
    assert.equal(connectOf(new http.Agent())(there), viaSidecar);
    scene.restore();
    assert.equal(own.createConnection, untouched);
  });
});
