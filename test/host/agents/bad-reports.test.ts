import {expect, test} from 'vitest';
import {ask, launch, startHost, type TestHost} from '../host-harness.ts';

const get = async (host: TestHost, id: string) =>
	(await ask(host, 'GET', `/v1/agents/${id}`)).json.agent;
const dropped = async (host: TestHost, id: string) =>
	(await ask(host, 'GET', `/v1/agents/${id}/explain`)).json.dropped;
const osc = (host: TestHost, id: string, payload: string) =>
	host.runtime.emit({kind: 'osc', id, payload});

test('what is no report changes nothing, and is counted', async () => {
	const host = await startHost();
	const {id} = await launch(host);
	osc(host, id, '7501;state=working');
	const before = await get(host, id);
	expect(before.state).toBe('working');
	osc(host, id, '7501;state=blocked:msg=%%%');
	osc(host, id, '7501;state=happy');
	osc(host, id, `7501;state=done:x=${'y'.repeat(5000)}`);
	osc(host, id, '7501;?');
	host.runtime.emit({kind: 'dropped', id, why: 'too many', count: 9960});
	host.runtime.emit({kind: 'dropped', id, why: 'longer than 4 KiB', count: 2});
	expect(await get(host, id)).toEqual(before);
	expect(await dropped(host, id)).toEqual([
		{why: 'malformed', count: 3},
		{why: 'too many', count: 9960},
		{why: 'longer than 4 KiB', count: 2},
	]);
});

test('a program changes its own row and no other, whatever it says that it is', async () => {
	const host = await startHost();
	const [one, other] = [await launch(host, {name: 'one'}), await launch(host, {name: 'other'})];
	const before = await get(host, other.id);
	osc(host, one.id, `7501;state=blocked:kind=permission:app=other:id=${other.id}`);
	expect((await get(host, one.id)).state).toBe('blocked');
	expect(await get(host, other.id)).toEqual(before);
});

test('a report with another agent’s token is refused, and counted where it was aimed', async () => {
	const host = await startHost();
	const [one, other] = [await launch(host, {name: 'one'}), await launch(host, {name: 'other'})];
	const before = await get(host, one.id);
	const token = host.host.agentTokens.issue(other.id);
	const report = (shown: string) =>
		ask(host, 'POST', `/v1/agents/${one.id}/report`, {body: {event: 'Stop', token: shown}});
	expect((await report(token)).json).toMatchObject({code: 'denied', status: 403});
	expect((await report('none')).status).toBe(403);
	expect(await get(host, one.id)).toEqual(before);
	expect(await dropped(host, one.id)).toEqual([{why: 'from another agent', count: 2}]);
	expect(await dropped(host, other.id)).toEqual([]);
});

test('a flood of reports over the socket is cut, and leaves the rest of the fleet its events', async () => {
	const host = await startHost();
	const {id} = await launch(host);
	const {id: other} = await launch(host);
	const {revision} = await get(host, id);
	const sent = 400;
	for (let batch = 0; batch < sent / 20; batch++) {
		const calls = Array.from({length: 20}, (_, n) =>
			ask(host, 'POST', `/v1/agents/${id}/report`, {body: {event: `E${batch}-${n}`}}),
		);
		for (const {status} of await Promise.all(calls)) expect(status).toBe(202);
	}

	const [flood] = await dropped(host, id);
	expect(flood).toMatchObject({why: 'too many'});
	expect(flood?.count).toBeGreaterThan(sent / 4);
	expect((await get(host, id)).revision - revision).toBeLessThan(sent);
	osc(host, other, '7501;state=done');
	expect((await get(host, other)).state).toBe('done');
});
