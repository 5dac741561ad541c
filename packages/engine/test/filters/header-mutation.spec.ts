import { strict as assert } from 'node:assert';
import { head } from '../match/request.js';
import { begin, filter, kit, typed } from './filter-kit.js';

const type = 'header_mutation.v3.HeaderMutation';
const append = (key: string, value: string, appendAction = 'APPEND_IF_EXISTS_OR_ADD') => ({
  append: { header: { key, value }, appendAction },
});
const requests = (...requestMutations: object[]) => ({ mutations: { requestMutations } });

describe('header mutation filter', () => {
  it('goes strictly by the order of the list', () => {
    const { chain } = kit([filter('m', type, requests(append('h', '1'), { remove: 'H' }, append('h', '2')))]);
    const request = head('/', ['h', '0']);
    begin(chain, request).next();
    assert.deepEqual(request.headers.lines, ['h', '2']);
  });

  it('executes every level, the least specific last unless told otherwise', () => {
    const set = (value: string) => typed(type, requests(append('h', value, 'OVERWRITE_IF_EXISTS_OR_ADD')));
    const result = (mostSpecificHeaderMutationsWins: boolean) => {
      const { chain } = kit([
        filter('m', type, { ...requests(append('own', '1')), mostSpecificHeaderMutationsWins }),
      ]);
      const request = head('/');
      begin(chain, request, {
        configs: { m: set('route') },
        virtualHost: { typedPerFilterConfig: { m: set('host') } },
      }).next();
      return request.headers.lines;
    };
    assert.deepEqual(result(false), ['own', '1', 'h', 'host']);
    assert.deepEqual(result(true), ['own', '1', 'h', 'route']);
  });

  it('removes by pattern, and changes answers too', () => {
    const mutations = {
      requestMutations: [{ removeOnMatch: { keyMatcher: { prefix: 'x-' } } }],
      responseMutations: [append('x-from', '%REQ(:PATH)%')],
    };
    const { chain } = kit([filter('m', type, { mutations })]);
    const request = head('/a', ['x-a', '1', 'y', '2', 'x-b', '3']);
    const call = begin(chain, request);
    call.next();
    assert.deepEqual(request.headers.lines, ['y', '2']);
    assert.equal(call.respond().headers.get('x-from'), '/a');
  });

  it('knows nothing of a request that breaks the protocol', () => {
    const mutations = {
      responseMutations: [{ append: { header: { key: 'x-from', value: '%REQ(:PATH)%' } } }],
    };
    const { chain } = kit([filter('m', type, { mutations })]);
    const call = begin(chain, head('/a'));
    call.call.stream.responseFlags.push('DPE');
    assert.equal(call.respond().headers.get('x-from'), undefined);
  });

  it('orders query parameters by their names, decoded but for what no request line may hold', () => {
    const queryParameterMutations = [
      { append: { record: { key: 'b', value: '%REQ(:METHOD)%' } } },
      { append: { record: { key: 'zz', value: '1' }, action: 'ADD_IF_ABSENT' } },
    ];
    const { chain } = kit([filter('m', type, { mutations: { queryParameterMutations } })]);
    const request = head('/p?zz=0&b=%51&a[]&c=x+y%20z&');
    begin(chain, request).next();
    assert.equal(request.path, '/p?a[]=&b=Q&b=GET&c=x+y%20z&zz=0');
  });

  it('changes query parameters', () => {
    const queryParameterMutations = [
      { remove: 'gone' },
      { append: { record: { key: 'a', value: 'x y' }, action: 'OVERWRITE_IF_EXISTS_OR_ADD' } },
      { append: { record: { key: 'b', value: '2' }, action: 'OVERWRITE_IF_EXISTS' } },
    ];
    const { chain } = kit([filter('m', type, { mutations: { queryParameterMutations } })]);
    const request = head('/p?gone=1&a=0&c=3');
    begin(chain, request).next();
    assert.equal(request.path, '/p?a=x%20y&c=3');
  });
});
