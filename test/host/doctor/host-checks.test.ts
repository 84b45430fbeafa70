import {chmod, rm} from 'node:fs/promises';
import {expect, test} from 'vitest';
import * as v from 'valibot';
import {hostChecksSchema} from '../../../source/protocol/check.ts';
import {ask, startHost, type TestHost} from '../host-harness.ts';

const checksOf = async (host: TestHost) => {
	const {checks} = v.parse(hostChecksSchema, (await ask(host, 'GET', '/v1/host/checks')).json);
	return Object.fromEntries(checks.map(check => [check.name, check]));
};

test('a host that is well says so', async () => {
	const checks = await checksOf(await startHost());
	expect(checks['socket rights']).toMatchObject({status: 'ok', mend: null});
	expect(checks['relays']).toMatchObject({status: 'ok'});
	expect(checks['logout survival']?.found).toBeTruthy();
});

test('a socket that others can reach must be mended, and so must relays that are gone', async () => {
	const host = await startHost();
	await chmod(host.socket, 0o666);
	await rm(`${host.folder}/relays`, {recursive: true});
	const checks = await checksOf(host);
	expect(checks['socket rights']).toMatchObject({
		status: 'failed',
		mend: `chmod 600 ${host.socket}`,
	});
	expect(checks['relays']).toMatchObject({status: 'failed'});
});
