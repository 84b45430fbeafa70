import {expect, test, vi} from 'vitest';
import {ask, launch, startHost} from '../host-harness.ts';
import {subscribe} from '../sse.ts';

test('a screen is text, or JSON with its size and cursor', async () => {
	const host = await startHost();
	const {id} = await launch(host);
	host.runtime.terminal(id).lines = ['one', 'two'];
	const text = await ask(host, 'GET', `/v1/agents/${id}/screen`);
	expect(text.headers['content-type']).toContain('text/plain');
	expect(text.text).toBe('one\ntwo\n');
	const json = await ask(host, 'GET', `/v1/agents/${id}/screen?ansi=1`, {
		headers: {accept: 'application/json'},
	});
	expect(json.json).toMatchObject({lines: ['one', 'two'], cols: 80, cursor: {x: 0}});
});

test('watchers of one screen share the captures and get what changed, at once and once', async () => {
	const host = await startHost();
	const {id} = await launch(host);
	const {lines} = host.runtime.terminal(id);
	lines.push('first');
	const target = `/v1/agents/${id}/screen?ansi=1`;
	const watches = await Promise.all([subscribe(host, target), subscribe(host, target)]);
	for (const watch of watches) {
		await watch.until('the first screen', () => watch.seen.length > 0);
		expect(watch.seen[0]).toMatchObject({event: 'screen', data: {lines: ['first']}});
	}

	lines[0] = 'second';
	for (const watch of watches) {
		await watch.until('the change', () => watch.seen.at(-1)!.data.lines[0] === 'second');
		expect(watch.seen).toHaveLength(2);
	}

	const before = host.runtime.captures;
	const start = Date.now();
	await watches[0].until('a comment', () => watches[0].comments > 0, 6000);
	const perSecond = (host.runtime.captures - before) / ((Date.now() - start) / 1000);
	expect(perSecond).toBeLessThan(5);
});

test('nothing is captured once nobody watches', async () => {
	const host = await startHost();
	const {id} = await launch(host);
	const watch = await subscribe(host, `/v1/agents/${id}/screen`);
	await watch.until('the first screen', () => watch.seen.length > 0);
	watch.close();
	let last = -1;
	await vi.waitFor(
		() => {
			const before = last;
			last = host.runtime.captures;
			expect(last).toBe(before);
		},
		{interval: 1500, timeout: 8000},
	);
});

test('the stream ends when the terminal is gone', async () => {
	const host = await startHost();
	const {id} = await launch(host);
	const watch = await subscribe(host, `/v1/agents/${id}/screen`);
	await watch.until('the first screen', () => watch.seen.length > 0);
	host.runtime.terminals.delete(id);
	await watch.until('the end', () => watch.ended);
});
