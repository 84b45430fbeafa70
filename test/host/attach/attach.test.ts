import {once} from 'node:events';
import {expect, onTestFinished, test, vi} from 'vitest';
import {WebSocket} from 'ws';
import {ask, launch, startHost, type TestHost} from '../host-harness.ts';

const attach = async (host: TestHost, id: string, query = 'cols=90&rows=30') => {
	const socket = new WebSocket(`ws+unix://${host.socket}:/v1/agents/${id}/attach?${query}`, {
		perMessageDeflate: false,
		headers: {'fleet-protocol': '1.0'},
	});
	onTestFinished(() => socket.terminate());
	const bytes: Buffer[] = [];
	const control: unknown[] = [];
	socket.on('message', (data: Buffer, isBinary) => {
		if (isBinary) bytes.push(data);
		else control.push(JSON.parse(String(data)));
	});
	await once(socket, 'open');
	const [terminal] = host.runtime.terminal(id).attached.slice(-1);
	return {socket, control, terminal: terminal!, text: () => Buffer.concat(bytes).toString()};
};

const refusal = async (host: TestHost, target: string, headers: Record<string, string> = {}) =>
	ask(host, 'GET', target, {
		headers: {
			connection: 'Upgrade',
			upgrade: 'websocket',
			'sec-websocket-version': '13',
			'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
			...headers,
		},
	});

test('bytes go both ways as they are, and the size with them', async () => {
	const host = await startHost();
	const {id} = await launch(host);
	const {socket, terminal, text} = await attach(host, id);
	expect(terminal.sizes).toEqual([{cols: 90, rows: 30}]);
	terminal.toConsole.write('\u001b[1mhé\u001b[0m');
	await vi.waitFor(() => expect(text()).toBe('\u001b[1mhé\u001b[0m'));
	socket.send(Buffer.from('ls\r\u0003'));
	const [typed] = (await once(terminal.fromConsole, 'data')) as [Buffer];
	expect(typed.toString()).toBe('ls\r\u0003');
	socket.send('{"resize":{"cols":100,"rows":50}}');
	socket.send('{"resize":{"cols":-1,"rows":50}}');
	socket.send('{"newer":true}');
	socket.send('nonsense');
	await vi.waitFor(() => expect(terminal.sizes).toHaveLength(2));
	expect(terminal.sizes[1]).toEqual({cols: 100, rows: 50});
});

test('the agent’s end is told, then the socket closes', async () => {
	const host = await startHost();
	const {id} = await launch(host);
	const {socket, control, terminal, text} = await attach(host, id);
	host.runtime.exit(id, {code: 3, signal: null});
	terminal.toConsole.end('bye');
	await once(socket, 'close');
	expect(control).toEqual([{exit: {code: 3, signal: null}}]);
	expect(text()).toBe('bye');
});

test('who leaves closes the terminal behind them', async () => {
	const host = await startHost();
	const {id} = await launch(host);
	const {socket, terminal} = await attach(host, id);
	socket.terminate();
	await vi.waitFor(() => expect(terminal.toConsole.destroyed).toBe(true));
});

test('a console that does not read holds the terminal back, and misses nothing', async () => {
	const host = await startHost();
	const {id} = await launch(host);
	const {socket, terminal, text} = await attach(host, id);
	socket.pause();
	const chunk = Buffer.alloc(64 * 1024, 'x');
	let written = 0;
	const total = 64 * 1024 * 1024;
	const write = async () => {
		while (written < total) {
			written += chunk.length;
			if (!terminal.toConsole.write(chunk)) await once(terminal.toConsole, 'drain');
		}
	};
	const writing = write();
	let last = -1;
	await vi.waitFor(
		() => {
			const before = last;
			last = written;
			expect(last).toBe(before);
		},
		{interval: 200, timeout: 5000},
	);
	expect(written).toBeLessThan(8 * 1024 * 1024);
	socket.resume();
	await writing;
	await vi.waitFor(() => expect(text().length).toBe(total), {timeout: 20_000, interval: 200});
});

test('looking through an attached terminal counts as having seen it', async () => {
	const host = await startHost();
	const {id} = await launch(host);
	host.runtime.emit({kind: 'osc', id, payload: '7501;state=done'});
	await attach(host, id);
	expect(host.host.registry.get(id)?.state).toBe('idle');
});

test('what cannot be attached to is refused as a problem', async () => {
	const host = await startHost();
	const {id} = await launch(host, {name: 'docs'});
	const cases = [
		['/v1/agents/none/attach', {}, 404, 'no-such-agent'],
		['/v1/agents/docs/attach?cols=0&rows=5', {}, 400, 'usage'],
		['/v1/agents/docs/attach', {'fleet-protocol': '3.0'}, 426, 'protocol-mismatch'],
		['/v1/events', {}, 501, 'not-supported'],
	] as const;
	for (const [target, headers, status, code] of cases) {
		const answer = await refusal(host, target, headers);
		expect([target, answer.status, answer.json.code]).toEqual([target, status, code]);
	}

	host.runtime.exit(id, {code: 0, signal: null});
	expect((await refusal(host, '/v1/agents/docs/attach')).json.code).toBe('conflict');
	expect(host.runtime.terminal(id).attached).toEqual([]);
});
