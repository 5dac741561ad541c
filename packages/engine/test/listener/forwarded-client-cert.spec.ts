import { strict as assert } from 'node:assert';
import { HeaderMap, type HttpConnectionManager } from '@inmesh/model';
import { compileClientCert } from '../../src/listener/forwarded-client-cert.js';
import type { PeerCertificate } from '../../src/listener/peer-certificate.js';
import { managerConfig } from './view.js';

const peer: PeerCertificate = {
  hash: 'abc1',
  pem: '-----BEGIN CERTIFICATE-----\n',
  subject: 'CN=client.test',
  uris: ['spiffe://cluster.local/ns/app/sa/web'],
  dnsNames: ['client.test'],
  ownUris: [],
};
const forged = 'Subject="CN=forged"';
const forwarded = (
  config: Partial<HttpConnectionManager>,
  presented?: PeerCertificate,
): string | undefined => {
  const headers = new HeaderMap(['x-forwarded-client-cert', forged]);
  compileClientCert(managerConfig(config))(headers, presented);
  return headers.get('x-forwarded-client-cert');
};

describe('x-forwarded-client-cert', () => {
  it('is dropped unless the rules say otherwise', () => {
    assert.equal(forwarded({}), undefined);
    assert.equal(forwarded({}, peer), undefined);
  });

  it('is dropped from callers that presented no certificate, unless all is forwarded', () => {
    for (const forwardClientCertDetails of ['FORWARD_ONLY', 'APPEND_FORWARD', 'SANITIZE_SET']) {
      assert.equal(forwarded({ forwardClientCertDetails }), undefined, forwardClientCertDetails);
    }
    assert.equal(forwarded({ forwardClientCertDetails: 'ALWAYS_FORWARD_ONLY' }), forged);
  });

  it('is kept, replaced or appended to for those who presented one', () => {
    assert.equal(forwarded({ forwardClientCertDetails: 'FORWARD_ONLY' }, peer), forged);
    assert.equal(forwarded({ forwardClientCertDetails: 'SANITIZE_SET' }, peer), 'Hash=abc1');
    assert.equal(forwarded({ forwardClientCertDetails: 'APPEND_FORWARD' }, peer), `${forged},Hash=abc1`);
  });

  it('tells the details asked for, in a fixed order', () => {
    const setCurrentClientCertDetails = { uri: true, dns: true, subject: true, cert: true };
    assert.equal(
      forwarded(
        { forwardClientCertDetails: 'SANITIZE_SET', setCurrentClientCertDetails },
        { ...peer, ownUris: ['spiffe://gw'] },
      ),
      'By=spiffe://gw;Hash=abc1;Cert="-----BEGIN%20CERTIFICATE-----%0A";Subject="CN=client.test";' +
        'URI=spiffe://cluster.local/ns/app/sa/web;DNS=client.test',
    );
  });
});
