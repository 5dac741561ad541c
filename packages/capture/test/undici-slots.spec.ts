import { strict as assert } from 'node:assert';
import sinon from 'sinon';
import type { Dispatcher } from 'undici';
import type { CapturedMesh, Taking } from '../src/captured-mesh.js';
import { UndiciSlots } from '../src/undici/undici-slots.js';

const names = [Symbol.for('undici.globalDispatcher.1'), Symbol.for('undici.globalDispatcher.2')] as const;
const holder = globalThis as unknown as { [slot: symbol]: Dispatcher | undefined };

const options = { origin: 'http://reviews.test:9080', path: '/', method: 'GET' } as const;
const handler = {};

describe('the slots of undici', () => {
  const stood = sinon.stub().returns(true);
  const inMesh = sinon.stub().returns(true);
  let kept: readonly (PropertyDescriptor | undefined)[];
  let taking: Taking;
  let pending: Promise<void> | undefined;
  const mesh = {
    get pending() {
      return pending;
    },
    takes: () => taking,
    dispatcher: { dispatch: inMesh },
  } as unknown as CapturedMesh;

  beforeEach(() => {
    void globalThis.Response;
    kept = names.map((name) => Object.getOwnPropertyDescriptor(globalThis, name));
    holder[names[0]] = { dispatch: stood } as unknown as Dispatcher;
    taking = 'requests';
    pending = undefined;
    stood.resetHistory();
    inMesh.resetHistory();
  });
  afterEach(() => {
    for (const [i, name] of names.entries()) {
      const before = kept[i];
      if (before === undefined) delete holder[name];
      else Object.defineProperty(globalThis, name, before);
    }
  });

  it('send what is the affair of the mesh by it, and everything else by who stood there', () => {
    const slots = new UndiciSlots(mesh);
    holder[names[0]]?.dispatch(options, handler);
    sinon.assert.calledOnceWithExactly(inMesh, options, handler);
    taking = 'nothing';
    holder[names[0]]?.dispatch(options, handler);
    sinon.assert.calledOnceWithExactly(stood, options, handler);
    slots.restore();
  });

  it('are as they were once they are restored, empty ones too', () => {
    const before = names.map((name) => Object.getOwnPropertyDescriptor(globalThis, name));
    new UndiciSlots(mesh).restore();
    assert.deepEqual(
      names.map((name) => Object.getOwnPropertyDescriptor(globalThis, name)),
      before,
    );
  });

  it('leave in place who has come after, and stand aside', () => {
    const slots = new UndiciSlots(mesh);
    const ours = holder[names[0]];
    const later = { dispatch: () => true } as unknown as Dispatcher;
    holder[names[0]] = later;
    slots.restore();
    assert.equal(holder[names[0]], later);
    ours?.dispatch(options, handler);
    sinon.assert.calledOnce(stood);
    sinon.assert.notCalled(inMesh);
  });

  it('hold calls back until there are rules', async () => {
    pending = Promise.resolve();
    const slots = new UndiciSlots(mesh);
    assert.equal(holder[names[0]]?.dispatch(options, handler), true);
    sinon.assert.notCalled(inMesh);
    const rules = pending;
    pending = undefined;
    await rules;
    sinon.assert.calledOnce(inMesh);
    slots.restore();
  });
});
