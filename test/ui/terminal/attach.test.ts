import {afterEach, describe, expect, test} from 'vitest';
import {fakeHost, type FakeHost} from '../../../fixtures/fleet/fake-host.ts';
import {FleetError} from '../../../source/errors.ts';
import {
	attach,
	type AttachOptions,
	type AttachOutcome,
} from '../../../source/ui/terminal/attach.ts';
import {fakeTerminal} from '../../harness/terminal.ts';

const detach = '\u001C';
const stops: AbortController[] = [];
afterEach(() => {
	for (const stop of stops.splice(0)) stop.abort();
});

const attachTo = (over: Partial<AttachOptions> = {}, host: FakeHost = fakeHost()) => {
	const terminal = fakeTerminal({columns: 60, rows: 10});
	const stop = new AbortController();
	stops.push(stop);
	const outcome: Promise<AttachOutcome> = attach({
		stdin: terminal.stdin,
		stdout: terminal.stdout,
		open: options => host.services.host.attach('a1', options),
		name: 'the-architect',
		signal: stop.signal,
		...over,
	});
	const session = async (index = 0) => {
		await expect.poll(() => host.sessions.length, {timeout: 5000}).toBeGreaterThan(index);
		return host.sessions[index]!;
	};

	return {terminal, host, outcome, session, stop};
};

/** The same of a host that answers when it is told to. */
const attachToSilent = () => {
	const host = fakeHost();
	const answers = Promise.withResolvers<void>();
	const attached = attachTo(
		{
			async open(options) {
				await answers.promise;
				return host.services.host.attach('a1', options);
			},
		},
		host,
	);
	return {...attached, answer: () => answers.resolve()};
};

describe('an attached terminal', () => {
	test('shows what the agent draws and sends what is typed', async () => {
		const {terminal, session, outcome} = attachTo();
		const agent = await session();
		agent.write('\u001B[2;3Hhello from there');
		await terminal.until('hello from there');
		expect(terminal.isRaw()).toBe(true);
		expect(terminal.emulator.buffer.active.type).toBe('alternate');
		terminal.type('ls\r\u001B[A\u001B[<0;5;5M日本');
		await expect.poll(() => agent.typed).toBe('ls\r\u001B[A\u001B[<0;5;5M日本');
		terminal.type(detach);
		expect(await outcome).toEqual({kind: 'detached'});
	});

	test('says what it waits for while the host does not answer, and draws over that', async () => {
		const {terminal, session, outcome, answer} = attachToSilent();
		await terminal.until('waiting for the-architect … · Ctrl-\\ leaves');
		answer();
		const agent = await session();
		agent.write('here');
		await terminal.until('here');
		expect(terminal.text()).not.toContain('waiting');
		terminal.type(detach);
		expect(await outcome).toEqual({kind: 'detached'});
	});

	test('has the size that its terminal was given while the host did not answer', async () => {
		const {terminal, session, outcome, answer} = attachToSilent();
		await terminal.until('waiting for the-architect');
		terminal.resize(50, 8);
		answer();
		const agent = await session();
		await expect.poll(() => agent.sizes).toEqual(['60x10', '50x8']);
		terminal.type(detach);
		await outcome;
	});

	test('is left at once while the host does not answer', async () => {
		const {terminal, outcome} = attachTo({
			open: async ({signal}) =>
				new Promise((_, reject) => {
					signal.addEventListener('abort', () => reject(signal.reason as Error), {once: true});
				}),
		});
		await terminal.until('waiting for the-architect');
		terminal.type(detach);
		expect(await outcome).toEqual({kind: 'detached'});
		await terminal.until(() => terminal.emulator.buffer.active.type === 'normal');
	});

	test('gives the terminal back as it was, whatever the agent left on', async () => {
		const {terminal, session, outcome} = attachTo();
		const agent = await session();
		agent.write(
			'\u001B[?1000h\u001B[?1006h\u001B[?2004h\u001B[?1h\u001B=\u001B[?25l\u001B[31mleft',
		);
		await terminal.until('left');
		terminal.type(detach);
		await outcome;
		await terminal.until(() => terminal.emulator.buffer.active.type === 'normal');
		expect(terminal.isRaw()).toBe(false);
		const {modes} = terminal.emulator;
		expect(modes.mouseTrackingMode).toBe('none');
		expect(modes.bracketedPasteMode).toBe(false);
		expect(modes.applicationCursorKeysMode).toBe(false);
		expect(modes.applicationKeypadMode).toBe(false);
		expect(terminal.output()).toMatch(/\u001B\[\?25h[^]*$/);
	});

	test('says in the title how to leave, and gives the title back', async () => {
		const {terminal, session, outcome} = attachTo({detachKey: 'ctrl-]', name: 'web\u0007evil'});
		const titles: string[] = [];
		terminal.emulator.onTitleChange(title => titles.push(title));
		const agent = await session();
		agent.write('here');
		await terminal.until('here');
		expect(titles).toEqual([expect.stringMatching(/^web.?evil · Ctrl-\] leaves$/)]);
		terminal.type('\u001D');
		await outcome;
		expect(terminal.output()).toMatch(/\u001B\[22;2t[^]*\u001B\[23;2t$/);
	});

	test('sends what was typed before the detach key, and nothing after it', async () => {
		const {terminal, session, outcome} = attachTo();
		const agent = await session();
		terminal.type(`before${detach}after`);
		await outcome;
		expect(agent.typed).toBe('before');
	});

	test('knows the detach key that a slow link has cut in two', async () => {
		const {terminal, session, outcome} = attachTo();
		const agent = await session();
		terminal.type('\u001B[92');
		terminal.type(';5u');
		expect(await outcome).toEqual({kind: 'detached'});
		expect(agent.typed).toBe('');
	});

	test('sends a half sequence that does not become the detach key', async () => {
		const {terminal, session} = attachTo();
		const agent = await session();
		terminal.type('\u001B[9');
		await expect.poll(() => agent.typed).toBe('\u001B[9');
	});

	test('tells the agent the size, and each new one', async () => {
		const {terminal, session} = attachTo();
		const agent = await session();
		terminal.resize(100, 30);
		await expect.poll(() => agent.sizes).toEqual(['60x10', '100x30']);
	});

	test('keeps what was typed before it was there, and sends it then', async () => {
		const {terminal, session} = attachTo();
		terminal.type('typed ahead');
		const agent = await session();
		await expect.poll(() => agent.typed).toBe('typed ahead');
	});

	test('never types while it only looks, and says so', async () => {
		const {terminal, session, outcome} = attachTo({observe: true});
		const agent = await session();
		expect(agent.observe).toBe(true);
		terminal.type('rm -rf /\r');
		await terminal.until('looking only');
		expect(agent.typed).toBe('');
		// What stood on the line is drawn again when that was read.
		await expect.poll(() => agent.sizes, {timeout: 5000}).toEqual(['60x10', '60x10']);
		terminal.type(detach);
		expect(await outcome).toEqual({kind: 'detached'});
	});

	test('ends with the agent, with all that it wrote', async () => {
		const {terminal, session, outcome} = attachTo();
		const agent = await session();
		agent.write('last words');
		agent.end({code: 3, signal: null});
		expect(await outcome).toEqual({kind: 'ended', exit: {code: 3, signal: null}});
		expect(terminal.output()).toContain('last words');
	});

	test('says on the last line that the link is lost, drops what is typed, and comes back', async () => {
		const {terminal, session, host, outcome} = attachTo();
		const first = await session();
		first.write('\u001B[1;1Htop\u001B[10;1Hbottom');
		await terminal.until('bottom');
		host.refuse('attach', new FleetError('connection-lost', 'gone'));
		first.end(null);
		await terminal.until(/link lost: reconnecting/);
		expect(terminal.line(9)).toContain('keys are dropped');
		expect(terminal.line(0)).toContain('top');
		terminal.type('typed into the void');
		const second = await session(1);
		second.write('\u001B[1;1Hdrawn anew');
		await terminal.until('drawn anew');
		expect(terminal.text()).not.toContain('link lost');
		expect(terminal.text()).not.toContain('bottom');
		expect(second.typed).toBe('');
		terminal.type('heard again');
		await expect.poll(() => second.typed).toBe('heard again');
		terminal.type(detach);
		expect(await outcome).toEqual({kind: 'detached'});
	});

	test('can be left while the link is lost', async () => {
		const {terminal, session, outcome, host} = attachTo();
		const agent = await session();
		host.refuse('attach', new FleetError('connection-refused', 'no'));
		agent.end(null);
		await terminal.until('link lost');
		terminal.type(detach);
		expect(await outcome).toEqual({kind: 'detached'});
	});

	test('gives up where trying again cannot help', async () => {
		const {session, outcome, host} = attachTo();
		const agent = await session();
		host.refuse('attach', new FleetError('no-such-agent', 'no agent a1'));
		agent.end(null);
		expect(await outcome).toMatchObject({kind: 'failed', error: {code: 'no-such-agent'}});
	});

	test('fails at once when it cannot even begin', async () => {
		const host = fakeHost();
		host.refuse('attach', new FleetError('connection-refused', 'nobody listens'));
		const {outcome, terminal} = attachTo({}, host);
		expect(await outcome).toMatchObject({kind: 'failed', error: {code: 'connection-refused'}});
		expect(terminal.isRaw()).toBe(false);
	});

	test('waits for a terminal that takes no more, and goes on when it does', async () => {
		const {terminal, session} = attachTo();
		const agent = await session();
		terminal.stall();
		agent.write('one');
		await terminal.until('one');
		agent.write('two');
		await new Promise(resolve => setImmediate(resolve));
		expect(terminal.output()).not.toContain('two');
		terminal.drain();
		await terminal.until('two');
	});

	test('ends when the program is told to end', async () => {
		const {session, outcome, stop, terminal} = attachTo();
		await session();
		stop.abort();
		expect(await outcome).toMatchObject({kind: 'failed', error: {code: 'interrupted'}});
		expect(terminal.isRaw()).toBe(false);
	});
});
